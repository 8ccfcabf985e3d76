import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";

/** `npm run job -- NAME` in a running runtime: its result. Fails when the job does. */
export async function runJob(home: string, name: string): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)("npm", ["run", "-s", "job", "--", name], {
    env: { ...process.env, GLANCE_HOME: home },
  });
  return JSON.parse(stdout);
}

/** Fires a job through the runtime's own socket: as `npm run job` does, without a process for each. */
export function fireJob(home: string, name: string): Promise<{ status: number; body: unknown }> {
  const { control } = JSON.parse(readFileSync(join(home, "runtime.json"), "utf8")) as { control: string };
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: control, path: `/jobs/${name}`, method: "POST" }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
    });
    call.once("error", reject);
    call.end();
  });
}
