import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../../infra/local-aws/loopback.ts";
import { temporaryFolder } from "../../../infra/local-aws/test/temporary-folder.ts";
import { plainSettings } from "../../runtime/plain-settings.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function run(file: string, environment: Record<string, string>, ...parameters: string[]): Run {
  const child = spawn(process.execPath, [join(root, file), ...parameters], {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output += chunk;
  });
  // Not the event "close": it never comes after the test itself has closed the channel.
  const streams = [child.stdout, child.stderr].map((stream) => stream && once(stream, "close"));
  const ended = Promise.all([once(child, "exit"), ...streams]).then(([[code]]) => code as number | null);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { child, ended, output: () => output };
}

const start = (home: string, port: number) =>
  run("infra/local/main.ts", { ...plainSettings, GLANCE_HOME: home, GLANCE_PORT: String(port) });

async function ready({ output, child }: Run): Promise<string> {
  await expect
    .poll(() => output().includes("ready") || child.exitCode !== null, { timeout: 50_000 })
    .toBe(true);
  expect(output()).toMatch(/^[^\n]*ready[^\n]*\n$/);
  return output();
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const login = (port: number) =>
  fetch(`http://127.0.0.1:${port}/v3/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ["password"],
          password: { user: { name: "demo", password: "demo", domain: { name: "Default" } } },
        },
        scope: { project: { name: "demo", domain: { name: "Default" } } },
      },
    }),
  });

describe("the whole runtime", { timeout: 120_000 }, () => {
  it("starts, serves, refuses a second start, fires jobs, stops in order, and starts again with the same ports", async () => {
    const home = join(await temporaryFolder(), "home");
    const port = await freePort();
    const first = start(home, port);
    const line = await ready(first);
    expect(line).toContain(`http://127.0.0.1:${port}/v3`);
    const ports = await readFile(join(home, "ports.json"), "utf8");

    expect((await login(port)).status).toBe(201);
    expect(await readFile(join(home, "clouds.yaml"), "utf8")).toContain(
      `auth_url: http://127.0.0.1:${port}/v3`,
    );
    expect(await readFile(join(home, "log", "aws-calls.log"), "utf8")).toContain('"principal":"identity"');

    const second = start(home, await freePort());
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(new RegExp(`^[^\n]*pid ${first.child.pid}[^\n]*\n$`));

    const job = run("infra/local/job.ts", { GLANCE_HOME: home }, "reaper");
    expect(await job.ended).toBe(0);
    expect(JSON.parse(job.output())).toMatchObject({ failed: 0 });
    const unknown = run("infra/local/job.ts", { GLANCE_HOME: home }, "nothing");
    expect(await unknown.ended).toBe(1);
    expect(unknown.output()).toContain("reaper");

    first.child.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    await expect(login(port)).rejects.toThrow();

    const again = start(home, port);
    await ready(again);
    expect(await readFile(join(home, "ports.json"), "utf8")).toBe(ports);
    // The parent's end closes the channel, and must be enough.
    again.child.disconnect();
    expect(await again.ended).toBe(0);
  });
});

describe("starts that cannot succeed say why in one line", () => {
  it("the port is taken", async () => {
    const server = createServer();
    onTestFinished(() => void server.close());
    const port = await listen(server, 0);
    const attempt = start(join(await temporaryFolder(), "home"), port);
    expect(await attempt.ended).toBe(1);
    expect(attempt.output()).toMatch(new RegExp(`^port ${port} on 127.0.0.1 is taken[^\n]*\n$`));
  });

  it("the home cannot be made", async () => {
    const attempt = start("/proc/nope/below", await freePort());
    expect(await attempt.ended).toBe(1);
    expect(attempt.output()).toMatch(/^the folder [^\n]* cannot be written[^\n]*GLANCE_HOME\n$/);
  });

  it("no runtime runs for a job, whatever is in runtime.json", async () => {
    const home = await temporaryFolder();
    for (const content of [undefined, "", "{", "null", '{"pid":1,"startedAt":"never"}']) {
      if (content !== undefined) await writeFile(join(home, "runtime.json"), content);
      const job = run("infra/local/job.ts", { GLANCE_HOME: home }, "reaper");
      expect(await job.ended).toBe(1);
      expect(job.output()).toMatch(/^no local runtime runs on [^\n]*\n$/);
    }
  });
});
