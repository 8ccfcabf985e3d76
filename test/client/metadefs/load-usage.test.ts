import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMachine, type Machine } from "../imagectl-process.ts";

let machine: Machine;
beforeAll(() => {
  // Nothing listens there: what is refused is refused before anything is asked.
  machine = createMachine({ OS_AUTH_TYPE: "none", OS_ENDPOINT: "http://127.0.0.1:1" });
  writeFileSync(join(machine.folder, "one.json"), '{"namespace": "one"}');
});
afterAll(() => machine?.remove());

it.each([
  [["--overwrite"], "give --merge, too"],
  [["--prefer-new"], "give --merge, too"],
  [["--prefer_new"], "give --merge, too"],
  [["--merge", "--overwrite", "--prefer-new"], "contradict each other"],
])("a load with %j alone is refused, and says why", async (options, reason) => {
  const { code, stderr } = await machine.run("metadefs", "load", "one.json", ...options);
  expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
});

it("a load from a service that does not answer says how to go on", async () => {
  const { code, stderr } = await machine.run("metadefs", "load", "one.json", "--merge", "--prefer_new");
  expect([code, stderr]).toEqual([
    3,
    expect.stringContaining("go on with: imagectl metadefs load one.json --merge --prefer-new"),
  ]);
});
