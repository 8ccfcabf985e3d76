import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as deployedPolicy from "../../../shared/policy/deployed-policy.ts";
import { readPolicy } from "../../../shared/policy/deployment/read-policy.ts";
import { type Answers, observe, type Service } from "../../reference/policy/observe.ts";
import { changesOf, type Policy, policies } from "../../reference/policy/policies.ts";
import { type Cell, cells, titleOf } from "../../reference/policy/questions.ts";
import { operationsUnderPolicy } from "./operations-under-policy.ts";

/*
 * What a real Glance answers where an operator has denied a rule to all, or opened all rules, compared with this
 * service's operations. The answers were recorded by test/reference/policy.reference.test.ts, which records them anew.
 */
vi.mock("../../../shared/policy/deployed-policy.ts", { spy: true });

const folder = resolve(import.meta.dirname, "../../reference/policy");
const recorded = JSON.parse(readFileSync(`${folder}/answers.json`, "utf8")) as Record<string, Answers>;

function usePolicy(policy: Policy | undefined): void {
  const parts = readPolicy({
    policy: policy && { name: "policy.yaml", text: changesOf(policy) },
    protections: undefined,
    protectionFormat: "roles",
    newDefaults: policy?.mode !== "legacy",
  });
  vi.mocked(deployedPolicy.imageRules).mockImplementation(() => parts.imageRules);
  vi.mocked(deployedPolicy.adminCheck).mockImplementation(() => parts.adminCheck);
}
afterEach(() => vi.restoreAllMocks());

interface Difference {
  readonly policy: Policy;
  readonly cell: Cell;
  readonly glance: string;
  readonly here: string;
}

interface Exception {
  /** Its row of docs/compatibility.md, section "Who may do what", which also has the reason. */
  readonly documentedAs: string;
  readonly applies: (difference: Difference) => boolean;
}

/** Where no rule stops them, Glance looks at these before it looks at the owner: 409, 404, 500, or nothing to do. */
const lookedAtBefore = ["409", "404", "500", "done"];
const changesNothing = (cell: Cell): boolean =>
  (cell.question === "deactivate" && cell.fixture === "deactivated public") ||
  (cell.question === "reactivate" && cell.fixture === "active public");

const exceptions: readonly Exception[] = [
  {
    documentedAs: "| rules that are open to those who do not own the image |",
    applies: ({ policy, cell, glance, here }) =>
      policy.name === "all open" &&
      here === "403" &&
      lookedAtBefore.includes(glance) &&
      (glance !== "done" || changesNothing(cell)),
  },
  {
    documentedAs: "| `PATCH` without operations where `get_image` is refused |",
    applies: ({ cell, glance, here }) =>
      cell.question === "change nothing" && glance === "done" && here === "404",
  },
];
const explained = new Set<Exception>();

describe("as in the real Glance, but for the documented exceptions:", () => {
  it.each(policies)("$name", async (policy) => {
    const service: Service = { ...operationsUnderPolicy(), usePolicy };
    const here = await observe(service, policy);
    // What was not asked under this policy is answered as under the defaults.
    const glance = { ...recorded.defaults, ...recorded[policy.name] };
    expect(Object.keys(glance)).toEqual(cells.map(titleOf));
    const differences = cells
      .map((cell): Difference => {
        const title = titleOf(cell);
        return { policy, cell, glance: glance[title] ?? "none", here: here[title] ?? "none" };
      })
      .filter((one) => one.glance !== one.here);
    const unexplained = differences.filter((one) => {
      const exception = exceptions.find(({ applies }) => applies(one));
      if (exception) explained.add(exception);
      return !exception;
    });
    expect(unexplained.map((one) => `${titleOf(one.cell)}: Glance ${one.glance}, here ${one.here}`)).toEqual(
      [],
    );
  });

  it("each of which there is", () => {
    expect(exceptions.filter((one) => !explained.has(one))).toEqual([]);
    const page = readFileSync(resolve(import.meta.dirname, "../../../docs/compatibility.md"), "utf8");
    for (const { documentedAs } of exceptions) expect(page).toContain(documentedAs);
  });
});
