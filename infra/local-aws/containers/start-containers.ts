import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Advice } from "../advice.ts";
import { awsEnvironment, type Endpoints } from "../functions/environment.ts";
import { logLines } from "../functions/log-lines.ts";
import type { Principal } from "../iam/principal.ts";
import { LogFile } from "../log-file.ts";
import type { ContainerDefinition } from "../template/containers.ts";

export interface ContainersOptions {
  readonly containers: readonly ContainerDefinition[];
  readonly principalOf: (definition: ContainerDefinition) => Principal;
  readonly endpoints: Endpoints;
  /** Where their volumes are: a folder each. */
  readonly volumes: string;
  /** Folder of their logs. */
  readonly logs: string;
  readonly advice?: Advice;
}

const LONGEST_PAUSE_MS = 30_000;
/** A life this long ends the count of deaths. */
const YOUNG_MS = 60_000;
/** What ECS gives a container between SIGTERM and SIGKILL is 30 s. */
const STOP_MS = 10_000;

/**
 * A container's environment: the template's variables, the credentials of its task's role, and of this machine the way to
 * its programs. A path of a volume is the folder that stands for it.
 */
function containerEnvironment(
  { environment, volumes }: ContainerDefinition,
  folderOf: (volume: string) => string,
  principal: Principal,
  endpoints: Endpoints,
): Record<string, string | undefined> {
  const folders = new Map(volumes.map(({ volume, path }) => [path, folderOf(volume)]));
  const inFolders = Object.entries(environment).map(([name, value]) => [name, folders.get(value) ?? value]);
  return {
    PATH: process.env.PATH,
    ...Object.fromEntries(inFolders),
    ...awsEnvironment(principal, endpoints),
  };
}

/** Runs one container as a process of this machine, and again whenever it ends; answers how to stop that. */
function keepRunning(definition: ContainerDefinition, options: ContainersOptions): () => Promise<void> {
  const { principalOf, endpoints, volumes, logs, advice } = options;
  const { name, directory, command } = definition;
  const log = new LogFile(join(logs, `${name}.log`), advice);
  const folderOf = (volume: string): string => join(volumes, name, volume);
  for (const { volume } of definition.volumes) mkdirSync(folderOf(volume), { recursive: true, mode: 0o700 });
  const env = containerEnvironment(definition, folderOf, principalOf(definition), endpoints);
  let deaths = 0;
  let isStopping = false;
  let pause: NodeJS.Timeout | undefined;
  let child: ChildProcess | undefined;
  const start = (): void => {
    const startedAt = Date.now();
    // The channel tells it when this process has ended, however that came about; a group of its own keeps Ctrl-C away.
    const started = spawn(process.execPath, command.slice(1), {
      ...{
        cwd: directory,
        env,
        stdio: ["ignore", "pipe", "pipe", "ipc"],
        detached: process.platform !== "win32",
      },
    });
    child = started;
    for (const output of [started.stdout, started.stderr])
      if (output) logLines(output, (line) => log.write(line));
    started.once("error", () => undefined);
    started.once("exit", (code, signal) => {
      child = undefined;
      if (isStopping) return;
      deaths = Date.now() - startedAt < YOUNG_MS ? deaths + 1 : 1;
      log.write(
        `${JSON.stringify({ level: "ERROR", message: "the container ended", code, signal, deaths })}\n`,
      );
      pause = setTimeout(start, Math.min(LONGEST_PAUSE_MS, 500 * 2 ** Math.min(deaths, 10)));
    });
  };
  start();
  return async () => {
    isStopping = true;
    clearTimeout(pause);
    const running = child;
    if (running)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => running.kill("SIGKILL"), STOP_MS);
        running.once("exit", () => {
          clearTimeout(timer);
          resolve();
        });
        running.kill("SIGTERM");
      });
    await log.close();
  };
}

/** Runs all containers of the app, one of each; answers how to stop them. */
export function startContainers(options: ContainersOptions): () => Promise<void> {
  const stops = options.containers.map((definition) => keepRunning(definition, options));
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
