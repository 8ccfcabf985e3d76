import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { compared, documentedRows, exchangesIn, failuresIn } from "./differential/comparison.ts";
import { type Difference, describeDifference } from "./differential/differences.ts";
import { exceptions, explanationOf } from "./differential/exceptions.ts";
import { newer } from "./differential/newer.ts";
import { requireReference } from "./differential/reference.ts";
import { runScripts } from "./differential/script.ts";
import { scripts } from "./differential/scripts.ts";
import { Session, type Target } from "./differential/session.ts";
import { keystoneOptions, keystoneUrl } from "./rbac/callers.ts";

/**
 * The same exchanges with the real Glance and with this service, with tokens of the same Keystone. Compared are the
 * status, the headers and the bodies (differential/facets.ts says how, texts.ts which words of errors); what differs
 * must be one of the exceptions, and each of those must be said in docs/compatibility.md and still be true.
 */
let runtime: LocalRuntime;
let service: Target;
let reference: ReadonlyMap<string, Session>;
let here: ReadonlyMap<string, Session>;
let differences: ReadonlyMap<string, readonly Difference[]>;

beforeAll(async () => {
  const glance = await requireReference();
  runtime = await startRuntime({ environment: keystoneOptions(keystoneUrl) });
  service = { url: runtime.url, callers: glance.callers };
  const run = randomUUID();
  [reference, here] = await Promise.all([
    runScripts(glance, scripts, run, 1),
    runScripts(service, scripts, run, 2),
  ]);
  differences = compared(scripts, reference, here);
});
afterAll(async () => {
  for (const session of reference?.values() ?? []) await session.clear();
  await runtime?.stop();
  runtime?.remove();
});

const all = () => [...differences.values()].flat();

describe("the real Glance and this service", () => {
  it.each(scripts.map(({ name }) => name))("agree on %s", (name) => {
    const unexplained = (differences.get(name) ?? []).filter((one) => !explanationOf(one));
    expect(unexplained.map(describeDifference)).toEqual([]);
  });

  it("were asked more than ten thousand times", () => {
    const exchanges = exchangesIn(reference);
    console.log(`${exchanges} exchanges, ${all().length} differences, ${exceptions.length} exceptions`);
    expect(exchanges).toBeGreaterThan(10_000);
  });

  it("ended no exchange in a failure of this service", () => {
    expect(failuresIn(here)).toEqual([]);
  });

  it.each(exceptions)("still differ: $documentedAs", ({ applies }) => {
    expect(all().some(applies)).toBe(true);
  });

  it.each(exceptions)("differ as docs/compatibility.md says: $documentedAs", ({ documentedAs }) => {
    expect(documentedRows(documentedAs)).toHaveLength(1);
  });
});

describe("what the real Glance of the reference is too old for", () => {
  it.each(newer)("$title", async ({ run, expected }) => {
    expect(await run(new Session(service, "newer"))).toEqual(expected);
  });
});
