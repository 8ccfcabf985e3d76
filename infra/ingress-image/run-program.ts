import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a program to its end. Throws with its last words, and with what to install when it is not there. */
export async function runProgram(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await run(program, [...args], { cwd, maxBuffer: 16 * 1024 ** 2 })).stdout;
  } catch (error) {
    const { code, stderr = "", message } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT") throw new Error(`${program} is not installed: an image is made on Debian`);
    throw new Error(`${program}: ${stderr.trim().split("\n").at(-1) || message}`, { cause: error });
  }
}
