// `npm run job -- NAME [--dry-run | --release]`: fires a scheduled job at once in the running local runtime and
// prints its result.
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { parseArgs } from "node:util";
import { homeAt } from "./home.ts";
import { isRunning } from "./process-identity.ts";
import type { RunningRuntime } from "./runtime-file.ts";
import { whileRunning } from "./while-running.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
}

const stop = (message: string): never => {
  console.error(message);
  process.exit(1);
};

function running(directory: string): RunningRuntime {
  const home = homeAt(directory);
  try {
    const runtime = JSON.parse(readFileSync(home.runtime, "utf8")) as RunningRuntime;
    if (isRunning(runtime)) return runtime;
  } catch {
    // Said below: no file, or none that can be read, means that nothing runs.
  }
  return stop(
    `no local runtime runs on ${home.directory}: start it with npm start (GLANCE_HOME names its folder)`,
  );
}

const ask = (socketPath: string, path: string, body: object): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const call = request({ socketPath, path, method: "POST" }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
    });
    call.once("error", reject);
    call.end(JSON.stringify(body));
  });

const usage = (fault: string): never =>
  stop(
    `${fault}\nusage: npm run job -- NAME [--dry-run | --release]\n` +
      "  --dry-run  say what would be done, and change nothing\n" +
      "  --release  let a job that has stopped itself go on",
  );

function readArguments(): { name: string; members: object } {
  try {
    const options = { "dry-run": { type: "boolean" }, release: { type: "boolean" } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [name = "", ...others] = positionals;
    if (others.length > 0) throw new Error(`one job at a time, not ${positionals.join(" and ")}`);
    if (values.release && values["dry-run"]) throw new Error("--dry-run and --release exclude each other");
    // Somebody waits for this run: what is not due yet is begun.
    const members = values.release
      ? { release: true }
      : { now: true, ...(values["dry-run"] && { dry_run: true }) };
    return { name, members };
  } catch (error) {
    // Of an unknown flag only the first sentence is for people here.
    return usage((error as Error).message.split(". ")[0] ?? "");
  }
}

const { name, members } = readArguments();
const { control } = running(process.env.GLANCE_HOME || ".local");
const run = ask(control, `/jobs/${encodeURIComponent(name)}`, members).catch((error: Error) =>
  stop(`the local runtime does not answer: ${error.message}`),
);
// Standard output is the result's alone.
const { status, body } = await whileRunning(name, run, (line) => console.error(line));
if (status === 404) {
  const jobs = (JSON.parse(body).jobs as string[]).join(", ");
  usage(name === "" ? `which job? One of ${jobs}` : `there is no job ${name}: it is one of ${jobs}`);
}
console.log(JSON.stringify(JSON.parse(body), null, 2));
process.exitCode = status === 200 ? 0 : 1;
