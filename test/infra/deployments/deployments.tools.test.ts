import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { excused } from "./excused-rules.ts";
import { guardFailures } from "./guard.ts";
import { fixedNames, measures } from "./limits.ts";
import { optionSets } from "./option-sets.ts";
import { deployments } from "./templates.ts";
import { harm, replacements } from "./update.ts";
import { faultsOf } from "./walker.ts";

const made = await deployments(optionSets);
const stacks = made.flatMap(({ stacks }) => stacks);
const pairs = made.flatMap((from) => made.filter((to) => to !== from).map((to) => ({ from, to })));

test("there are enough of them, and all are different", () => {
  console.log(`${made.length} sets of options, ${pairs.length} updates`);
  expect(made.length).toBeGreaterThanOrEqual(12);
  const equal = pairs.filter(({ from, to }) => isDeepStrictEqual(from.stacks, to.stacks));
  expect(equal).toEqual([]);
});

test("cdk-nag and CloudFormation's own rules find nothing", () => {
  expect(made.flatMap(({ violations }) => violations)).toEqual([]);
});

test("AWS's specification knows each property, misses none and has no other type for one", () => {
  const faults = stacks.flatMap(({ Resources }) =>
    Object.entries(Resources).flatMap(([id, resource]) => faultsOf(id, resource)),
  );
  expect([...new Set(faults)]).toEqual([]);
});

test("what Control Tower's rules ask for is there, or excused with a reason; no excuse is left over", () => {
  const { failures, looked } = guardFailures(made);
  console.log(`${looked} different resources, ${failures.length} failures`);
  expect(looked).toBeGreaterThan(200);
  const named = new Set(failures.map(({ rule, type }) => `${rule} ${type}`));
  expect([...named].toSorted()).toEqual(Object.keys(excused).toSorted());
});

test("no update from one to another loses data or is refused", () => {
  const found = pairs.flatMap(({ from, to }) => harm(from, to));
  expect([...new Set(found)]).toEqual([]);
});

test("updates make nothing anew, data or not", () => {
  const found = pairs.flatMap(({ from, to }) => replacements(from, to));
  const named = found.map(({ resource, property }) => `${resource}: ${property}`);
  expect([...new Set(named)]).toEqual([]);
});

test("no stack exports what could not be taken away, and each output that is asked for is there", () => {
  for (const { stacks } of made) {
    for (const { name, Outputs = {} } of stacks) {
      const exported = Object.entries(Outputs).filter(([, { Export }]) => Export !== undefined);
      expect([name, exported]).toEqual([name, []]);
    }
    const asked = [...JSON.stringify(stacks).matchAll(/"Fn::GetStackOutput":(\{.*?"OutputName":"\w+"\})/g)];
    expect(asked.length).toBeGreaterThan(50);
    for (const [, text = ""] of asked) {
      const { StackName, OutputName } = JSON.parse(text) as Record<string, string>;
      const outputs = stacks.find(({ name }) => name === StackName)?.Outputs ?? {};
      expect(Object.keys(outputs)).toContain(OutputName);
    }
  }
});

test("nothing has a name of its own that the next deployment would need", () => {
  expect([...new Set(stacks.flatMap(({ Resources }) => fixedNames(Resources)))]).toEqual([]);
});

test("no limit of AWS is exceeded, with every reference at its longest", () => {
  const all = stacks.flatMap(measures);
  const near = all.toSorted((one, other) => other.size / other.most - one.size / one.most).slice(0, 5);
  for (const { what, size, most } of near) console.log(`${what}: ${size} of ${most}`);
  expect(all.filter(({ size, most }) => size > most)).toEqual([]);
});
