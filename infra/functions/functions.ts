import { apiFunctions } from "./api-functions.ts";
import type { FunctionEntry, JobEntry, WorkerEntry } from "./entry.ts";
import { jobs } from "./jobs.ts";
import type { FunctionAccess } from "./rights.ts";
import { workers } from "./workers.ts";

/**
 * The one table of functions: a function is an entry here and a file under functions/. Its name is its log's, its
 * description's and its file's (`images` is functions/images/handler.ts, `upkeep/reaper` functions/upkeep/reaper.ts).
 */
export const functions = { ...apiFunctions, ...workers, ...jobs } as const;

export type FunctionName = keyof typeof functions;
type UpkeepFunctionName = keyof typeof jobs;
/** As operators name it, e.g. `auditor-deep`. */
export type JobName = UpkeepFunctionName extends `upkeep/${infer Name}` ? Name : never;

export const functionNames = Object.keys(functions) as FunctionName[];

export const entryOf = (name: FunctionName): FunctionEntry => functions[name];
export const accessOf = (name: FunctionName): FunctionAccess => functions[name].access;

const listed = <Name extends string, Entry>(entries: Readonly<Record<Name, Entry>>) =>
  Object.entries(entries) as [Name, Entry][];

export const apiEntries = () => listed<keyof typeof apiFunctions, FunctionEntry>(apiFunctions);
export const workerEntries = () => listed<keyof typeof workers, WorkerEntry>(workers);
/** By the job's name. */
export const jobEntries = (): [JobName, JobEntry][] =>
  listed<UpkeepFunctionName, JobEntry>(jobs).map(([name, entry]) => [
    name.replace("upkeep/", "") as JobName,
    entry,
  ]);

/** Where the function's code begins. */
export const sourceOf = (name: FunctionName): string =>
  name.includes("/") ? `functions/${name}.ts` : `functions/${name}/handler.ts`;
