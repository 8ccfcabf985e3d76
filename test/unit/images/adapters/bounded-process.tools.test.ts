import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { runBounded } from "../../../../shared/images/adapters/qemu-img/bounded-process.ts";
import { networkCut } from "../../../../shared/images/adapters/qemu-img/network-cut.ts";
import { qemuImg } from "../../../../shared/images/adapters/qemu-img/qemu-img.ts";
import { ConversionKilled, ConversionRefused } from "../../../../shared/images/ports/workshop.ts";

const folder = mkdtempSync(join(tmpdir(), "glance-bounded-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const limits = { cpuSeconds: 5, wallSeconds: 5, addressSpaceBytes: 1024 ** 3, fileBytes: 1000 };
const never = new AbortController().signal;
const shell = (script: string, more: Partial<typeof limits> = {}, before: readonly string[] = []) =>
  runBounded(["sh", "-c", script], { ...limits, ...more }, { signal: never, before });

it("a program has no more time, memory and room in files than it is given", async () => {
  await expect(shell("while :; do :; done", { cpuSeconds: 1 })).rejects.toMatchObject({ limit: "cpu" });
  await expect(shell("exec sleep 60", { wallSeconds: 0.2 })).rejects.toMatchObject({ limit: "wall" });
  const large = join(folder, "large");
  await expect(shell(`head -c 2000 /dev/zero > ${large}`)).rejects.toThrow("ended with");
  expect(readFileSync(large)).toHaveLength(1000);
  expect(await shell("ulimit -v; ulimit -c")).toBe("1048576\n0\n");
});

it("a program that is killed before its time was not killed for its time", async () => {
  const killed = { limit: undefined, isKilled: true };
  await expect(shell("kill -KILL $$")).rejects.toMatchObject(killed);
  const deaf = shell("trap '' XCPU; while :; do :; done", { cpuSeconds: 1 });
  await expect(deaf).rejects.toMatchObject({ limit: "cpu", isKilled: false });
  await expect(shell("exit 3")).rejects.toMatchObject({ limit: undefined, isKilled: false });
});

it("a program sees nothing of our environment, gets no rights and no network", async () => {
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  const seen = await shell(
    "env; grep NoNewPrivs /proc/self/status; tail -n +3 /proc/net/dev",
    {},
    networkCut(),
  );
  vi.unstubAllEnvs();
  expect(seen).not.toContain("secret");
  expect(seen).toMatch(/NoNewPrivs:\s1/);
  expect(networkCut()).not.toEqual([]);
  expect(
    seen
      .match(/^\s*\w+:/gm)
      ?.map((name) => name.trim())
      .filter((name) => /^(eth|en|lo)/.test(name)),
  ).toEqual(["lo:"]);
});

it("qemu-img that says too much refuses the data, and one that was killed says nothing of it", async () => {
  const saying = (script: string) =>
    qemuImg({ before: ["sh", "-c", script], limits }).info("/data", "qcow2", never);
  await expect(saying("echo '['; yes '\"snapshot\",' | head -c 300000")).rejects.toBeInstanceOf(
    ConversionRefused,
  );
  await expect(saying("kill -KILL $$")).rejects.toBeInstanceOf(ConversionKilled);
});

it("a program dies with whoever has started it", async () => {
  const [starter, alive] = [join(folder, "starter.ts"), join(folder, "alive")];
  const module = join(import.meta.dirname, "../../../../shared/images/adapters/qemu-img/bounded-process.ts");
  writeFileSync(
    starter,
    `import { runBounded } from ${JSON.stringify(module)};
     await runBounded(["sh", "-c", "while :; do date > ${alive}; sleep 0.05; done"], ${JSON.stringify({ ...limits, wallSeconds: 60 })},
       { signal: new AbortController().signal });`,
  );
  const child = spawn(process.execPath, [starter], { stdio: "ignore" });
  await vi.waitFor(() => expect(existsSync(alive)).toBe(true), { timeout: 10_000, interval: 20 });
  child.kill("SIGKILL");
  await once(child, "exit");
  await new Promise((wake) => setTimeout(wake, 200));
  rmSync(alive, { force: true });
  await new Promise((wake) => setTimeout(wake, 300));
  expect(existsSync(alive)).toBe(false);
});
