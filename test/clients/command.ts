import { spawn } from "node:child_process";
import { join } from "node:path";

const preloaded = process.env.PRELOADED_CLIENTS;
const programs = join(import.meta.dirname, "preloaded/bin");

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a shell command with these variables only (and PATH, HOME); never throws for its exit code. `openstack` and
 * `glance` are the installed clients, loaded beforehand; /usr/bin/openstack is the program itself.
 */
export function run(command: string, environment: Readonly<Record<string, string>>): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn("bash", ["-o", "pipefail", "-c", command], {
      env: {
        ...(preloaded === undefined
          ? { PATH }
          : { PATH: `${programs}:${PATH}`, PRELOADED_CLIENTS: preloaded }),
        HOME,
        LANG: "C.UTF-8",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ status: code ?? 1, stdout, stderr }));
  });
}

/** The same where anything but success is a failure of the test; returns stdout without the last line break. */
export async function succeed(
  command: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const { status, stdout, stderr } = await run(command, environment);
  if (status !== 0) throw new Error(`${command}\nended with ${status}\n${stdout}\n${stderr}`);
  return stdout.trimEnd();
}
