import { spawn } from "node:child_process";

/** What a program may use. */
export interface ProcessLimits {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly addressSpaceBytes: number;
  /** Of any file that it writes. */
  readonly fileBytes: number;
}

/** How a program ended that did not end well. */
export class ProcessFailed extends Error {
  readonly limit: "cpu" | "wall" | undefined;
  /** What it wrote on its stderr, the beginning of it. */
  readonly stderr: string;
  /** Null where it was killed. */
  readonly code: number | null;

  constructor(message: string, { code, stderr, limit }: Pick<ProcessFailed, "code" | "stderr" | "limit">) {
    super(message);
    this.code = code;
    this.stderr = stderr;
    this.limit = limit;
  }
}

const MOST_OUTPUT_BYTES = 256 * 1024;

/** Of the program and all that it starts: limits, no new rights, no core files, and death with us. */
const bounded = ({ cpuSeconds, addressSpaceBytes, fileBytes }: ProcessLimits): string[] => [
  ...["setpriv", "--no-new-privs", "--pdeathsig", "KILL", "--"],
  ...["prlimit", `--cpu=${cpuSeconds}:${cpuSeconds + 1}`, `--as=${addressSpaceBytes}`],
  ...[`--fsize=${fileBytes}`, "--core=0", "--"],
];

/**
 * Runs a program to its end within limits that the kernel enforces, with nothing of our environment, and returns what it
 * wrote on its stdout. `before`: what it is run by, as `unshare -n`. It dies with this process, however that dies. Throws
 * ProcessFailed, and the reason of `signal`.
 */
export function runBounded(
  command: readonly string[],
  limits: ProcessLimits,
  { signal, before = [] }: { readonly signal: AbortSignal; readonly before?: readonly string[] },
): Promise<string> {
  signal.throwIfAborted();
  const [program = "", ...words] = [...before, ...bounded(limits), ...command];
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      env: { PATH: process.env.PATH, LANG: "C.UTF-8" },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: whatever it starts is killed with it.
      detached: true,
    });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => {
        if (texts[name].length < MOST_OUTPUT_BYTES) texts[name] += text;
      });
    let isLate = false;
    const kill = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      isLate = true;
      kill();
    }, limits.wallSeconds * 1000);
    signal.addEventListener("abort", kill);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", kill);
      act();
    };
    child.once("error", (error) => settle(() => reject(error)));
    child.once("close", (code, killedBy) =>
      settle(() => {
        if (signal.aborted) reject(signal.reason);
        else if (code === 0) resolve(texts.stdout);
        else {
          // The kernel sends XCPU at the limit, and KILL a second later.
          const isSpent = killedBy === "SIGXCPU" || (killedBy === "SIGKILL" && !isLate);
          const limit = isLate ? "wall" : isSpent ? "cpu" : undefined;
          const how = killedBy ?? code;
          reject(new ProcessFailed(`${command[0]} ended with ${how}`, { code, stderr: texts.stderr, limit }));
        }
      }),
    );
  });
}
