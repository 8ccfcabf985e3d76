import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

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
  /** By what is no limit of its own: the kernel that has no memory left, or somebody of this machine. */
  readonly isKilled: boolean;
  /** What it wrote on its stderr, the beginning of it. */
  readonly stderr: string;
  /** Null where it was killed. */
  readonly code: number | null;

  constructor(message: string, failure: Pick<ProcessFailed, "code" | "stderr" | "limit" | "isKilled">) {
    super(message);
    this.code = failure.code;
    this.stderr = failure.stderr;
    this.limit = failure.limit;
    this.isKilled = failure.isKilled;
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
    const began = performance.now();
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
          // The kernel sends XCPU at the limit, and KILL a second later to who does not heed it. It sends KILL for want of
          // memory, too: before the limit can be reached, it is that.
          const mostCpuSeconds = ((performance.now() - began) / 1000) * availableParallelism();
          const isSpent =
            killedBy === "SIGXCPU" || (killedBy === "SIGKILL" && mostCpuSeconds >= limits.cpuSeconds);
          const limit = isLate ? "wall" : isSpent ? "cpu" : undefined;
          const isKilled = killedBy === "SIGKILL" && limit === undefined;
          const message = `${command[0]} ended with ${killedBy ?? code}`;
          reject(new ProcessFailed(message, { code, stderr: texts.stderr, limit, isKilled }));
        }
      }),
    );
  });
}
