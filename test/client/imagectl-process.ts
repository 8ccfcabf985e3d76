import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const entry = resolve(import.meta.dirname, "../../client/imagectl.ts");

export interface Ended {
  /** Null after a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stderr(): string;
}

/** A user's machine: a folder with a home, and a cloud to talk to. */
export interface Machine {
  readonly folder: string;
  readonly stateFolder: string;
  start(...words: string[]): Started;
  run(...words: string[]): Promise<Ended>;
  /** The one document of a command that must succeed. */
  json(...words: string[]): Promise<Record<string, unknown>>;
  /** Names of what it remembers of unfinished uploads. */
  states(): string[];
  remove(): void;
}

export function createMachine(environment: Readonly<Record<string, string>>): Machine {
  const folder = mkdtempSync(join(tmpdir(), "imagectl-"));
  const stateFolder = join(folder, ".local/state/imagectl");
  const clean = Object.entries(process.env).filter(([name]) => !/^(OS_|XDG_)/.test(name));

  const start = (...words: string[]): Started => {
    const child = spawn(process.execPath, [entry, ...words], {
      cwd: folder,
      env: { ...Object.fromEntries(clean), HOME: folder, ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    // It may end while somebody still writes to it.
    child.stdin?.on("error", () => undefined);
    let [stdout, stderr] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
    return { process: child, ended, stderr: () => stderr };
  };
  const run = (...words: string[]) => {
    const started = start(...words);
    started.process.stdin?.end();
    return started.ended;
  };
  return {
    folder,
    stateFolder,
    start,
    run,
    json: async (...words) => {
      const { code, stdout, stderr } = await run(...words, "--json");
      if (code !== 0) throw new Error(`imagectl ${words.join(" ")} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as Record<string, unknown>;
    },
    states: () => {
      try {
        return readdirSync(stateFolder).filter((name) => name.endsWith(".json"));
      } catch {
        return [];
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The secrets in a machine's remembered uploads, which no output may show. */
export const transferTokens = (machine: Machine): string[] =>
  machine
    .states()
    .map((name) => JSON.parse(readFileSync(join(machine.stateFolder, name), "utf8")) as { token: string })
    .map(({ token }) => token);

/** Waits until `find` finds something; fails after 60 s: the machine may be busy. */
export async function until<Value>(
  find: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error("waited 60 s in vain");
}
