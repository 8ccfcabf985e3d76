import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

export interface Running {
  output(): string;
  /** Resolves when the output matches; throws, with the output, when it ends before or takes too long. */
  says(pattern: RegExp): Promise<void>;
  /** Ctrl-C, for all that runs in the foreground of this terminal. */
  interrupt(): Promise<Ended>;
  /** Waits for its end, two minutes at most. */
  end(): Promise<Ended>;
}

export interface Terminal {
  /** Begins a command; what it exports, and the folder that it changes to, hold for those that follow. */
  begin(text: string): Running;
  run(text: string): Promise<Ended>;
}

const PATIENCE_MS = 120_000;

/** A terminal of a reader with these variables only. */
export function openTerminal(folder: string, environment: Readonly<Record<string, string>>): Terminal {
  const kept = join(mkdtempSync(join(environment.HOME ?? folder, "terminal-")), "kept");
  const script = `${kept}.sh`;
  const begin = (text: string): Running => {
    const lines = [
      `if [ -f '${kept}' ]; then . '${kept}'; fi`,
      `trap '{ export -p; printf "cd %q\\n" "$PWD"; } > ${kept}' EXIT`,
      "set -e -o pipefail",
      text,
    ];
    writeFileSync(script, lines.join("\n"));
    // A real terminal: programs ask whether their standard input is one, and Ctrl-C is a key.
    const child = spawn("script", ["-qefc", `exec bash ${script}`, "/dev/null"], {
      cwd: folder,
      env: environment,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (more: string) => {
        output += more;
      });
    const ended = once(child, "close").then(([status]) => ({ status: status as number | null, output }));
    const endsInTime = async () => {
      // Its terminal hangs up with it, for all that runs in it.
      const hung = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      return ended.finally(() => clearTimeout(hung));
    };
    return {
      output: () => output,
      says: async (pattern) => {
        const deadline = Date.now() + PATIENCE_MS;
        while (!pattern.test(output)) {
          const hasEnded = child.exitCode !== null || child.signalCode !== null;
          if (hasEnded || Date.now() > deadline) {
            child.kill("SIGKILL");
            throw new Error(`${text}\n${hasEnded ? "ended" : "waits"} without saying ${pattern}:\n${output}`);
          }
          await new Promise((wake) => setTimeout(wake, 50));
        }
      },
      interrupt: async () => {
        child.stdin.write("\x03");
        return endsInTime();
      },
      end: endsInTime,
    };
  };
  return {
    begin,
    run: (text) => begin(text).end(),
  };
}
