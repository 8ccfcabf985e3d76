// `npm start`: the whole service on this machine, out of the synthesised template.
import { appendFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { explained, oneLine, StartFailure } from "../local-aws/start-failure.ts";
import { glanceAdvice } from "./advice.ts";
import { cdkSettings, withLocalDefaults } from "./default-settings.ts";
import { type Home, homeAt, prepareHome } from "./home.ts";
import { lockHome } from "./home-lock.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { readStartOptions } from "./start-options.ts";

/** An orderly stop may take this long; whatever is not done by then is cut off. */
const stopMilliseconds = 4500;
/** One Ctrl-C comes twice: from the terminal, and handed on by the parent process. */
const sameSignalMilliseconds = 1000;

const root = resolve(import.meta.dirname, "../..");
const abandoned = new AbortController();
let unlock: () => void = () => {};
let runtime: Runtime | undefined;
let home: Home | undefined;
/** The exit code, from the moment on at which stopping has begun. */
let stopping: { readonly code: number; readonly since: number } | undefined;

function exit(code: number): never {
  unlock();
  process.exit(code);
}

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = { code, since: Date.now() };
  setTimeout(() => exit(code), stopMilliseconds).unref();
  abandoned.abort();
  // During the start there is no runtime yet: the start notices by itself.
  if (runtime) await finish(runtime, code);
}

async function finish(started: Runtime, code: number): Promise<never> {
  try {
    await started.stop();
  } catch (error) {
    explain(error, home, "not everything could be stopped: ");
    exit(1);
  }
  exit(code);
}

function onSignal(): void {
  if (stopping && Date.now() - stopping.since > sameSignalMilliseconds) exit(1);
  stop(0);
}

function fail(error: unknown): void {
  explain(error, home, "the local runtime failed: ");
  stop(1);
}

/** One line for the user; where it came from goes to the log, if the home has one already. */
function explain(error: unknown, home: Home | undefined, what = ""): void {
  console.error(
    what +
      (error instanceof StartFailure || !home
        ? oneLine(error)
        : explained(error, home.directory, glanceAdvice)),
  );
  if (error instanceof StartFailure || !home) return;
  try {
    appendFileSync(join(home.logs, "runtime.log"), `${JSON.stringify({ error: (error as Error)?.stack })}\n`);
  } catch {
    // No folder for logs yet: the line above has to do.
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
// The parent has gone (npm was killed): nobody else would end this.
process.on("disconnect", () => stop(0));
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

try {
  const environment = withLocalDefaults({ ...cdkSettings(root), ...process.env });
  const options = readStartOptions(environment);
  home = homeAt(options.home);
  await prepareHome(home);
  unlock = lockHome(home.lock);
  const { signal } = abandoned;
  runtime = await startRuntime({ ...options, environment, locked: home, signal, onFatal: fail });
  if (stopping) await finish(runtime, stopping.code);
  const { url, gateway } = runtime.running;
  const { identity } = options;
  const kept = identity ? "state" : "clouds.yaml and state";
  console.log(
    `Glance is ready at ${url} (identity ${identity ?? `${url}/v3`}, bare API gateway ${gateway}, ${kept} in ${home.directory})`,
  );
} catch (error) {
  if (stopping) exit(stopping.code);
  explain(error, home);
  exit(1);
}
