import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { lockHome } from "../../../infra/local/home-lock.ts";
import { identify, isRunning } from "../../../infra/local/process-identity.ts";
import { temporaryFolder } from "../../../infra/local-aws/test/temporary-folder.ts";

const sleeper = async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child, "spawn");
  return { child, identity: identify(child.pid ?? 0) };
};

it("a lock is taken, and given back", async () => {
  const directory = await temporaryFolder();
  const unlock = lockHome(join(directory, "lock"));
  expect(JSON.parse(readFileSync(join(directory, "lock"), "utf8")).pid).toBe(process.pid);
  unlock();
  expect(readdirSync(directory)).toEqual([]);
});

it("a running process's lock is respected, named by its pid, and left as it is", async () => {
  const path = join(await temporaryFolder(), "lock");
  const { child, identity } = await sleeper();
  writeFileSync(path, JSON.stringify(identity));
  expect(() => lockHome(path)).toThrow(`pid ${child.pid}`);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(identity);
});

it("a killed process's lock is taken over", async () => {
  const directory = await temporaryFolder();
  const { child, identity } = await sleeper();
  child.kill("SIGKILL");
  await once(child, "exit");
  writeFileSync(join(directory, "lock"), JSON.stringify(identity));
  lockHome(join(directory, "lock"));
  expect(JSON.parse(readFileSync(join(directory, "lock"), "utf8")).pid).toBe(process.pid);
  expect(readdirSync(directory)).toEqual(["lock"]);
});

it("another process that got the same pid is not mistaken for the holder", async () => {
  const { identity } = await sleeper();
  expect(isRunning(identity)).toBe(true);
  expect(isRunning({ ...identity, startedAt: "another time" })).toBe(false);
});

it("a lock file that nobody can read is taken over", async () => {
  const path = join(await temporaryFolder(), "lock");
  writeFileSync(path, "");
  lockHome(path);
  expect(JSON.parse(readFileSync(path, "utf8")).pid).toBe(process.pid);
});
