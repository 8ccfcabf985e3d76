import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { type Callers, keystoneOptions, keystoneUrl, logInCallers, logIns } from "./rbac/callers.ts";
import { type Cell, observe, titleOf } from "./rbac/observe.ts";
import { Server } from "./rbac/server.ts";

const glanceUrl = `http://127.0.0.1:${process.env.REFERENCE_GLANCE_PORT ?? 9393}`;
const howToStart = "start it with REFERENCE_SECURE_RBAC=1 test/reference/stack/up.sh";

interface Difference extends Cell {
  readonly reference: string;
}

interface Exception {
  /** Its row of docs/compatibility.md, section "Who may do what", which also has the reason. */
  readonly documentedAs: string;
  readonly applies: (difference: Difference) => boolean;
}

const exceptions: readonly Exception[] = [
  {
    documentedAs: "| `add /owner` by a member |",
    applies: ({ caller, operation, reference, outcome }) =>
      (caller === "demo" || caller === "alt") &&
      operation.startsWith("PATCH add owner") &&
      reference === "200" &&
      outcome === "403",
  },
  {
    documentedAs: "| `PATCH` without operations where `get_image` is refused |",
    applies: ({ operation, reference, outcome }) =>
      operation === "PATCH nothing" && reference === "200" && outcome === "404",
  },
];

let runtime: LocalRuntime;
let reference: Server;
let here: Server;

/** Tokens of the real Keystone; fails unless the real Glance is up and has its secure-RBAC defaults. */
async function requireReference(): Promise<Callers> {
  const callers = await logInCallers(keystoneUrl, logIns).catch((cause) => {
    throw new Error(`the reference's Keystone is not at ${keystoneUrl}: ${howToStart}`, { cause });
  });
  reference = new Server(glanceUrl, callers);
  const { status } = await reference
    .ask("demo-reader", { method: "POST", path: "", body: { name: "rbac" } })
    .catch((cause) => {
      throw new Error(`the reference's Glance is not at ${glanceUrl}: ${howToStart}`, { cause });
    });
  if (status !== 403) throw new Error(`the reference's Glance is up without secure RBAC: ${howToStart}`);
  return callers;
}

beforeAll(async () => {
  const callers = await requireReference();
  runtime = await startRuntime({ environment: keystoneOptions(keystoneUrl) });
  here = new Server(runtime.url, callers);
});
afterAll(async () => {
  await reference?.clear();
  await runtime?.stop();
  runtime?.remove();
});

describe("who may do what", () => {
  it("is as in the real Glance, but for the documented exceptions", async () => {
    const [expected, cells] = await Promise.all([observe(reference, 1), observe(here, 4)]);
    const outcomes = new Map(expected.map((cell) => [titleOf(cell), cell.outcome]));
    expect(cells.length).toBe(outcomes.size);

    const differences = cells
      .map((cell): Difference => ({ ...cell, reference: outcomes.get(titleOf(cell)) ?? "none" }))
      .filter(({ outcome, reference }) => outcome !== reference);
    const matched = exceptions.map(({ applies }) => differences.filter(applies).length);
    console.log(
      `${cells.length} cells, ${differences.length} differ, ${exceptions.length} exceptions explain ${matched.join(", ")}`,
    );

    const unexplained = differences.filter((one) => !exceptions.some(({ applies }) => applies(one)));
    expect(unexplained.map((one) => `${titleOf(one)}: Glance ${one.reference}, here ${one.outcome}`)).toEqual(
      [],
    );
    expect(matched).not.toContain(0);
  });

  it("differs only where docs/compatibility.md says so", () => {
    const page = readFileSync(resolve(import.meta.dirname, "../../docs/compatibility.md"), "utf8");
    const section = page.split("\n## ").find((text) => text.startsWith("Who may do what")) ?? "";
    for (const { documentedAs } of exceptions) expect(section).toContain(documentedAs);
  });
});
