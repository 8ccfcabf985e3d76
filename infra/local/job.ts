// `npm run job -- NAME`: fires a scheduled job at once in the running local runtime and prints its result.
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { homeAt } from "./home.ts";
import { isRunning } from "./process-identity.ts";
import type { RunningRuntime } from "./runtime-file.ts";

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

const ask = (socketPath: string, path: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const call = request({ socketPath, path, method: "POST" }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
    });
    call.once("error", reject);
    call.end();
  });

const [name = ""] = process.argv.slice(2);
const { control } = running(process.env.GLANCE_HOME || ".local");
const { status, body } = await ask(control, `/jobs/${encodeURIComponent(name)}`).catch((error: Error) =>
  stop(`the local runtime does not answer: ${error.message}`),
);
if (status === 404)
  stop(`usage: npm run job -- NAME, one of: ${(JSON.parse(body).jobs as string[]).join(", ")}`);
console.log(JSON.stringify(JSON.parse(body), null, 2));
process.exitCode = status === 200 ? 0 : 1;
