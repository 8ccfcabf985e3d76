import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { plainSettings } from "./plain-settings.ts";

const root = resolve(import.meta.dirname, "../..");
const START_MS = 100_000;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

export interface RuntimeOptions {
  readonly home?: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** With the stores and settings that `npm start` has when nobody says any; otherwise with those of a deployment. */
  readonly withLocalDefaults?: boolean;
  /** For a test of npm's own part, which is half a second of processor time. */
  readonly throughNpm?: boolean;
}

export interface LocalRuntime {
  readonly home: string;
  readonly port: number;
  /** Everything, through the ingress. */
  readonly url: string;
  /** The bare API gateway with its stage. */
  readonly gatewayUrl: string;
  readonly process: ChildProcess;
  /** All that it printed. */
  output(): string;
  /** Sends a signal to what was started and waits until it has ended; returns its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** SIGKILL for the runtime's own process, as a power cut would: nothing is told beforehand. */
  kill(): Promise<void>;
  remove(): void;
}

export const newHome = (): string => mkdtempSync(join(tmpdir(), "glance-home-"));

/** What `npm start` runs, in a home of its own; resolves when it says that it is ready. */
export async function startRuntime(options: RuntimeOptions = {}): Promise<LocalRuntime> {
  const home = options.home ?? newHome();
  const port = options.port ?? (await freePort());
  const [program, ...words] = options.throughNpm
    ? ["npm", "start"]
    : [process.execPath, "infra/toolchain/run.mjs", "infra/local/main.ts"];
  const child = spawn(program, words, {
    cwd: root,
    env: {
      ...(!options.withLocalDefaults && plainSettings),
      ...process.env,
      ...options.environment,
      GLANCE_HOME: home,
      GLANCE_PORT: String(port),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const exited = once(child, "exit");
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const deadline = Date.now() + START_MS;
  while (!/\bready\b/.test(output)) {
    if (child.exitCode !== null) throw new Error(`the start ended with ${child.exitCode}:\n${output}`);
    if (Date.now() > deadline) {
      child.kill();
      throw new Error(`the runtime is not ready after ${START_MS} ms:\n${output}`);
    }
    await new Promise((wake) => setTimeout(wake, 50));
  }
  const gatewayUrl = /bare API gateway (\S+?)[,)\s]/.exec(output)?.[1] ?? "";

  return {
    home,
    port,
    url: `http://127.0.0.1:${port}`,
    gatewayUrl,
    process: child,
    output: () => output,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      const [code] = await exited;
      return code as number | null;
    },
    kill: async () => {
      process.kill(runtimePid(home), "SIGKILL");
      await exited;
    },
    remove: () => {
      if (process.env.KEEP_HOMES) console.log(`kept, with its logs: ${home}`);
      else rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The process that holds the emulators and the gateway. */
export const runtimePid = (home: string): number =>
  (JSON.parse(readFileSync(join(home, "runtime.json"), "utf8")) as { pid: number }).pid;
