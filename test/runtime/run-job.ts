import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** `npm run job -- NAME` in a running runtime: its result. Fails when the job does. */
export async function runJob(home: string, name: string): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)("npm", ["run", "-s", "job", "--", name], {
    env: { ...process.env, GLANCE_HOME: home },
  });
  return JSON.parse(stdout);
}
