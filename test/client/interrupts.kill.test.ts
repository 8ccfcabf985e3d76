import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { type HookedProxy, startHookedProxy } from "./hooked-proxy.ts";
import { createMachine, type Machine, type Started } from "./imagectl-process.ts";

const MIB = 1024 ** 2;
const data = randomBytes(12 * MIB);

let runtime: LocalRuntime;
let proxy: HookedProxy;
let machine: Machine;
beforeAll(async () => {
  runtime = await startRuntime();
  proxy = await startHookedProxy(runtime.url);
  machine = createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "demo" });
  writeFileSync(join(machine.folder, "disk.img"), data);
});
afterAll(async () => {
  machine?.remove();
  proxy?.close();
  await runtime?.stop();
  runtime?.remove();
});

/** Runs an upload through the proxy, and presses Ctrl-C when the first request that `at` matches is on its way. */
async function interrupted(
  at: RegExp,
  words: readonly string[],
  onDelete?: () => { status: number } | undefined,
) {
  let hasFired = false;
  let started: Started | undefined;
  proxy.hook = (method, path) => {
    if (method === "DELETE" && hasFired) return onDelete?.();
    if (!hasFired && at.test(`${method} ${path}`)) {
      hasFired = true;
      started?.process.kill("SIGINT");
    }
    return undefined;
  };
  started = machine.start("upload", ...words, "--os-image-endpoint", proxy.url);
  // The pipe stays open, as that of a writer who has more to say.
  if (words[0] === "-") started.process.stdin?.write(data);
  const ended = await started.ended;
  proxy.hook = () => undefined;
  expect(hasFired, String(at)).toBe(true);
  return ended;
}

const named = (name: string) => machine.json("image", "list", "--name", name);

const calls = {
  create: /^POST \/v2\/images$/,
  open: /^POST \/v2\/images\/[^/]+\/transfers$/,
  sign: /^POST .*\/parts$/,
};

it.each(Object.entries(calls))(
  "Ctrl-C while standard input is sent leaves no image (%s)",
  async (name, at) => {
    const { code, stderr } = await interrupted(at, ["-", "--name", `piped-${name}`]);
    expect(stderr).not.toContain("could not be");
    expect(code).toBe(1);
    expect(await named(`piped-${name}`)).toEqual([]);
  },
);

it("a login that has ended meanwhile is renewed for the clean-up", async () => {
  let refused = 0;
  const once401 = () => (refused++ === 0 ? { status: 401 } : undefined);
  await interrupted(calls.sign, ["-", "--name", "ended-login"], once401);
  expect(refused).toBeGreaterThan(1);
  expect(await named("ended-login")).toEqual([]);
});

it("a clean-up that fails says what is left, and the command that it names removes it", async () => {
  const down = () => ({ status: 403 });
  const { code, stderr } = await interrupted(calls.sign, ["-", "--name", "left"], down);
  expect(code).toBe(1);
  const advice = /imagectl (image delete \S+)$/m.exec(stderr)?.[1] ?? "no advice";
  expect((await machine.run(...advice.split(" "))).code).toBe(0);
  expect(await named("left")).toEqual([]);
});

it("Ctrl-C while a file's image is being made leaves none, and later an upload that goes on", async () => {
  const first = await interrupted(calls.create, ["disk.img", "--name", "file-create"]);
  expect([first.code, await named("file-create"), machine.states()]).toEqual([1, [], []]);
  const later = await interrupted(calls.open, ["disk.img", "--name", "file-open"]);
  expect([later.code, machine.states().length]).toEqual([3, 1]);
  expect((await machine.run("upload", "disk.img", "--resume")).code).toBe(0);
});
