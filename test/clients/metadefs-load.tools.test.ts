import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMachine, type Machine } from "../client/imagectl-process.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { clientsOf } from "./clients-of.ts";

/* The files of Debian's package glance-common, which test/reference/stack/up.sh installs. */
const folder = "/etc/glance/metadefs";

let runtime: LocalRuntime;
let machine: Machine;
beforeAll(async () => {
  runtime = await startRuntime();
  machine = createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "admin" });
});
afterAll(async () => {
  machine?.remove();
  await runtime?.stop();
  runtime?.remove();
});

/** How many of the files had which result. */
async function load(...options: string[]): Promise<Readonly<Record<string, number>>> {
  const { files } = await machine.json("metadefs", "load", ...options);
  const results = (files as { result: string }[]).map(({ result }) => result);
  return Object.fromEntries(
    [...new Set(results)].map((result) => [result, results.filter((each) => each === result).length]),
  );
}

it("all of them load with one command, and the clients show them", async () => {
  const count = readdirSync(folder).filter((name) => name.endsWith(".json")).length;
  expect(count).toBeGreaterThan(30);
  const began = performance.now();
  expect(await load()).toEqual({ made: count });
  console.log(`${count} files loaded in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const clients = clientsOf(runtime.home);
  const shown = await clients.glance("demo", "md-namespace-show OS::Compute::Quota");
  expect(shown).toContain("CPU Limits");
  expect(await clients.glance("demo", "md-namespace-list")).toContain("OS::Software::WebServers");
});

it.each([[[] as string[]], [["--merge"]], [["--merge", "--prefer-new"]], [["--merge", "--overwrite"]]])(
  "a second time, with %j, there is nothing to do",
  async (options) => {
    expect(Object.keys(await load(...options))).toEqual(["left alone"]);
  },
);

it("what is exported is the same as the files, and all of it is unloaded", async () => {
  const out = join(machine.folder, "exported");
  await machine.json("metadefs", "export", out);
  expect(readdirSync(out)).toContain("FlavorQuota.json");
  expect(Object.keys(await load(out, "--merge", "--overwrite"))).toEqual(["left alone"]);
  expect((await machine.run("metadefs", "unload", "--yes", "--force")).code).toBe(0);
  expect(await machine.run("metadefs", "export", out)).toMatchObject({ code: 0, stdout: "no namespaces\n" });
});
