import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logIn } from "./image-client.ts";
import { freePort, type LocalRuntime, newHome, startRuntime } from "./local-runtime.ts";

let runtime: LocalRuntime;
beforeAll(async () => {
  runtime = await startRuntime({ throughNpm: true });
});
afterAll(async () => {
  if (runtime.process.exitCode === null && runtime.process.signalCode === null) await runtime.stop();
  runtime.remove();
});

const readOf = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
};

/** Processes whose command line or environment names this home. */
const processesOf = (home: string): string[] =>
  readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => `${readOf(pid, "cmdline")}${readOf(pid, "environ")}`.includes(home))
    .map((pid) => `${pid} ${readOf(pid, "cmdline")}`);

/** Numbers of the sockets that a process holds. */
const socketsOf = (pid: string): (string | undefined)[] =>
  readdirSync(`/proc/${pid}/fd`).map((file) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${file}`))?.[1];
    } catch {
      return undefined;
    }
  });

/** Addresses on which these processes listen, as the kernel writes them (proc(5), /proc/net/tcp). */
function listeningOf(pids: readonly string[]): (string | undefined)[] {
  const sockets = new Set(pids.flatMap(socketsOf));
  const LISTEN = "0A";
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTEN && sockets.has(fields[9]))
      .map((fields) => fields[1]?.split(":")[0]),
  );
}
const LOOPBACK = ["0100007F", "00000000000000000000000001000000"];

async function allEnded(home: string) {
  for (let tries = 0; processesOf(home).length > 0 && tries < 100; tries++) {
    await new Promise((wake) => setTimeout(wake, 100));
  }
  expect(processesOf(home)).toEqual([]);
}

/** A start that must fail: its exit code and what it says. */
function failingStart(environment: Record<string, string>) {
  const { status, stderr, stdout } = spawnSync("npm", ["start", "--silent"], {
    env: { ...process.env, ...environment },
    encoding: "utf8",
    timeout: 60_000,
  });
  const lines = `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !line.startsWith("npm "));
  return { status, lines };
}

describe("npm start", () => {
  it("listens on loopback only", () => {
    const pids = processesOf(runtime.home).map((line) => line.split(" ")[0] ?? "");
    const addresses = listeningOf(pids);
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) expect(LOOPBACK).toContain(address);
  });

  it("fires a job at once and prints its result, and refuses what it does not understand", () => {
    const job = (...words: string[]) =>
      spawnSync("npm", ["run", "-s", "job", "--", ...words], {
        env: { ...process.env, GLANCE_HOME: runtime.home },
        encoding: "utf8",
      });
    const nothing = { examined: 0, acted: 0, failed: 0 };
    expect(JSON.parse(job("reaper").stdout)).toEqual(nothing);
    expect(JSON.parse(job("reaper", "--dry-run").stdout)).toEqual({
      ...nothing,
      dry_run: true,
      would_act: 0,
    });
    expect(JSON.parse(job("reaper", "--release").stdout)).toEqual({ ...nothing, released: null });
    for (const words of [["nothing"], ["reaper", "--dryrun"], ["reaper", "--dry-run", "--release"]]) {
      const refused = job(...words);
      expect(refused.status, words.join(" ")).toBe(1);
      expect(refused.stderr, words.join(" ")).toContain("usage: npm run job -- NAME");
      if (words[0] === "nothing")
        expect(refused.stderr).toContain("there is no job nothing: it is one of auditor-deep");
    }
  });

  it("says in one line what is wrong, and loses nothing", async () => {
    const other = newHome();
    writeFileSync(join(other, "file"), "");
    const broken = newHome();
    writeFileSync(join(broken, "keys.json"), "{ not json", { mode: 0o600 });
    const free = String(await freePort());
    const attempts: Record<string, [text: string, environment: Record<string, string>]> = {
      "second start on the same home": ["another runtime", { GLANCE_HOME: runtime.home }],
      "port taken": ["is taken", { GLANCE_HOME: other, GLANCE_PORT: String(runtime.port) }],
      "home is a file": [join(other, "file"), { GLANCE_HOME: join(other, "file") }],
      "bad setting": ["GLANCE_IMAGE_SIZE_CAP", { GLANCE_HOME: other, GLANCE_IMAGE_SIZE_CAP: "big" }],
      "misspelled setting": ["did you mean", { GLANCE_HOME: other, GLANCE_IMAGE_SIZE_CAPP: "1" }],
      "damaged state": [broken, { GLANCE_HOME: broken }],
    };
    for (const [name, [text, environment]] of Object.entries(attempts)) {
      const { status, lines } = failingStart({ GLANCE_PORT: free, ...environment });
      expect(status, name).toBe(1);
      expect(lines, name).toEqual([expect.stringContaining(text)]);
    }
    for (const home of [other, broken]) rmSync(home, { recursive: true });
    const demo = await logIn(runtime.url, "demo");
    expect((await demo.fetch("/v2/images")).status).toBe(200);
  }, 120_000);

  it.each(["SIGINT", "SIGTERM"] as const)(
    "ends every process on %s, and the next start finds the images",
    async (signal) => {
      const data = randomBytes(1000);
      const demo = await logIn(runtime.url, "demo");
      const id = await demo.create({ name: "kept" });
      await demo.upload(id, data);
      expect(processesOf(runtime.home).length).toBeGreaterThan(1);
      await runtime.stop(signal);
      await allEnded(runtime.home);

      runtime = await startRuntime({ home: runtime.home, port: runtime.port, throughNpm: true });
      const again = await logIn(runtime.url, "demo");
      expect((await again.show(id)).name).toBe("kept");
      expect(Buffer.from(await again.download(id)).equals(data)).toBe(true);
    },
  );

  it("ends when npm is killed and nobody can tell it", async () => {
    runtime.process.kill("SIGKILL");
    await allEnded(runtime.home);
  });
});
