import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ConfigurationError } from "../openstack/cloud-settings.ts";

/** What a local runtime says of itself in `runtime.json` of its home, as far as it is needed here. */
interface RunningRuntime {
  readonly pid: number;
  readonly events: string;
}

/** EPERM: it runs, as somebody else. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function readRuntime(path: string): Promise<Partial<RunningRuntime> | undefined> {
  try {
    return Object(JSON.parse(await readFile(path, "utf8")));
  } catch {
    // Said by the caller: no file, or none that can be read, means that nothing runs.
    return undefined;
  }
}

/** The file of events of the local runtime that runs on this home. Throws ConfigurationError when none does. */
export async function eventFileOf(home: string): Promise<string> {
  const directory = resolve(home);
  const runtime = await readRuntime(join(directory, "runtime.json"));
  if (typeof runtime?.pid !== "number" || !isRunning(runtime.pid)) {
    throw new ConfigurationError(
      `no local runtime runs on ${directory}: start it with npm start (GLANCE_HOME names its folder)`,
    );
  }
  if (typeof runtime.events !== "string")
    throw new ConfigurationError(`the local runtime on ${directory} keeps no events: start it anew`);
  return runtime.events;
}
