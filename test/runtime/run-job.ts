import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

/** What `npm run job -- NAME` prints, without a process for it: the job's result. Fails when the job does. */
export async function runJob(home: string, name: string): Promise<Record<string, unknown>> {
  const { status, body } = await fireJob(home, name, { now: true });
  if (status !== 200) throw new Error(`the job ${name} answered ${status}: ${JSON.stringify(body)}`);
  return body as Record<string, unknown>;
}

/** Fires a job through the runtime's own socket, with these members for its event. */
export function fireJob(
  home: string,
  name: string,
  members?: object,
): Promise<{ status: number; body: unknown }> {
  const { control } = JSON.parse(readFileSync(join(home, "runtime.json"), "utf8")) as { control: string };
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: control, path: `/jobs/${name}`, method: "POST" }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
    });
    call.once("error", reject);
    call.end(members && JSON.stringify(members));
  });
}
