import { execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { logIn } from "./image-client.ts";
import { freePort, type LocalRuntime, newHome, startRuntime } from "./local-runtime.ts";

const running: LocalRuntime[] = [];
const started = async (...options: Parameters<typeof startRuntime>) => {
  const runtime = await startRuntime(...options);
  running.push(runtime);
  return runtime;
};
afterEach(async () => {
  for (const runtime of running.splice(0)) {
    if (runtime.process.exitCode === null) await runtime.stop();
    runtime.remove();
  }
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
  it.each(["SIGINT", "SIGTERM"] as const)(
    "ends every process on %s, and the next start finds the images",
    async (signal) => {
      const data = randomBytes(1000);
      const first = await started();
      const demo = await logIn(first.url, "demo");
      const id = await demo.create({ name: "kept" });
      await demo.upload(id, data);
      expect(processesOf(first.home).length).toBeGreaterThan(1);
      await first.stop(signal);
      await allEnded(first.home);

      const second = await started({ home: first.home, port: first.port });
      const again = await logIn(second.url, "demo");
      expect((await again.show(id)).name).toBe("kept");
      const download = await again.download(id);
      expect(createHash("md5").update(download).digest()).toEqual(createHash("md5").update(data).digest());
    },
  );

  it("ends when npm is killed and nobody can tell it", async () => {
    const runtime = await started();
    runtime.process.kill("SIGKILL");
    await allEnded(runtime.home);
  });

  it("says in one line what is wrong, and loses nothing", async () => {
    const runtime = await started();
    const other = newHome();
    const busy = createServer().listen(0, "127.0.0.1");
    await once(busy, "listening");
    const { port } = busy.address() as { port: number };
    const free = String(await freePort());

    const attempts = {
      "second start on the same home": { GLANCE_HOME: runtime.home, GLANCE_PORT: free },
      "port taken": { GLANCE_HOME: other, GLANCE_PORT: String(port) },
      "home is a file": { GLANCE_HOME: join(other, "file"), GLANCE_PORT: free },
      "bad setting": { GLANCE_HOME: other, GLANCE_PORT: free, GLANCE_IMAGE_SIZE_CAP: "big" },
      "misspelled setting": { GLANCE_HOME: other, GLANCE_PORT: free, GLANCE_IMAGE_SIZE_CAPP: "1" },
    };
    writeFileSync(join(other, "file"), "");
    for (const [name, environment] of Object.entries(attempts)) {
      const { status, lines } = failingStart(environment);
      expect(status, name).toBe(1);
      expect(lines, name).toHaveLength(1);
    }
    busy.close();
    const demo = await logIn(runtime.url, "demo");
    expect((await demo.fetch("/v2/images")).status).toBe(200);
  }, 120_000);

  it("refuses a damaged state with the folder's name", async () => {
    const home = newHome();
    mkdirSync(join(home, "s3"), { recursive: true });
    writeFileSync(join(home, "keys.json"), "{ not json");
    chmodSync(join(home, "keys.json"), 0o600);
    const { status, lines } = failingStart({ GLANCE_HOME: home, GLANCE_PORT: String(await freePort()) });
    expect(status).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(home);
  });

  it("listens on loopback only", async () => {
    const runtime = await started();
    const table = execFileSync("ss", ["-ltnpH"], { encoding: "utf8" }).split("\n");
    const pids = processesOf(runtime.home).map((line) => line.split(" ")[0]);
    const own = table.filter((line) => pids.some((pid) => line.includes(`pid=${pid},`)));
    expect(own.length).toBeGreaterThan(2);
    for (const line of own) expect(line).toMatch(/\s(127\.0\.0\.1|\[::1\]):\d+\s/);
  });

  it("fires a job at once and prints its result, and refuses what it does not understand", async () => {
    const runtime = await started();
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
    }
    expect(job("nothing").stderr).toContain("there is no job nothing: it is one of auditor-deep");
  });
});
