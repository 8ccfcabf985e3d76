import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { logLines } from "../local-aws/functions/log-lines.ts";
import type { LogFile } from "../local-aws/log-file.ts";

export interface IngressProcessOptions {
  readonly port: number;
  /** Base URL of the gateway's stage. */
  readonly endpoint: string;
  /** Folder of its journal; it exists. */
  readonly journal: string;
  /** Web origins whose pages may read its own answers. */
  readonly allowedOrigins: readonly string[];
  readonly log: LogFile;
  /** Told when it has died so often that it is given up. */
  readonly onGivenUp: (error: Error) => void;
}

export interface IngressProcess {
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL("../../client/ingress/main.ts", import.meta.url));
/** A death within this time counts against the bound; a longer life starts the count again. */
const youngMilliseconds = 60_000;
const mostDeaths = 5;
const startMilliseconds = 30_000;
const stopMilliseconds = 3000;

/** Starts the ingress as a child process and waits until it listens; restarts it when it dies, within a bound. */
export async function startIngressProcess(options: IngressProcessOptions): Promise<IngressProcess> {
  let stopping = false;
  let deaths = 0;
  let child = spawnIngress(options);
  await untilListening(child);

  const watch = (watched: ChildProcess): void => {
    const startedAt = Date.now();
    watched.once("exit", (code, signal) => {
      if (stopping) return;
      deaths = Date.now() - startedAt < youngMilliseconds ? deaths + 1 : 1;
      options.log.write(
        `${JSON.stringify({ level: "ERROR", message: "the ingress ended", code, signal, deaths })}\n`,
      );
      if (deaths >= mostDeaths)
        return options.onGivenUp(new Error(`the ingress ended ${deaths} times in a row`));
      child = spawnIngress(options);
      watch(child);
    });
  };
  watch(child);

  return {
    stop: () => {
      stopping = true;
      return end(child);
    },
  };
}

function spawnIngress({ port, endpoint, journal, allowedOrigins, log }: IngressProcessOptions): ChildProcess {
  // The channel tells it when this process has ended, however that came about.
  const child = spawn(
    process.execPath,
    [
      ...[program, "--endpoint", endpoint, "--listen", String(port), "--host", "127.0.0.1"],
      ...["--journal", journal],
      ...(allowedOrigins.length > 0 ? ["--allowed-origin", allowedOrigins.join(",")] : []),
    ],
    {
      env: childEnvironment(),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A group of its own: a terminal's Ctrl-C must reach it through us only, after which it ends in order.
      detached: process.platform !== "win32",
    },
  );
  for (const output of [child.stdout, child.stderr]) if (output) logLines(output, (line) => log.write(line));
  return child;
}

/** It needs nothing of ours, and what it does not get it cannot leak. */
const childEnvironment = (): Record<string, string | undefined> => ({
  PATH: process.env.PATH,
  SystemRoot: process.env.SystemRoot,
  TMPDIR: process.env.TMPDIR,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
});

function untilListening(child: ChildProcess): Promise<void> {
  let output = "";
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new Error(`the ingress ${why}: ${output.trim().split("\n")[0] || "it said nothing"}`));
    };
    const timer = setTimeout(
      () => fail(`did not listen within ${startMilliseconds / 1000} s`),
      startMilliseconds,
    );
    const read = (chunk: Buffer) => {
      if (output.length < 10_000) output += chunk;
      if (!output.includes("listening on")) return;
      clearTimeout(timer);
      child.stdout?.off("data", read);
      child.stderr?.off("data", read);
      child.off("exit", exited);
      resolve();
    };
    const exited = (code: number | null) => fail(`ended with ${code}`);
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (error) => fail(error.message));
    child.once("exit", exited);
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), stopMilliseconds);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
