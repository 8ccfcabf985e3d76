import { routes } from "../shared/routes.ts";
import type { JobEntry } from "./functions/entry.ts";
import { featureWords } from "./functions/features.ts";
import { apiEntries, type FunctionName, jobEntries, workerEntries } from "./functions/functions.ts";
import { programEntries } from "./functions/programs.ts";

const head = `# Functions

Written by \`npm run docs\` out of the one table of functions (\`infra/functions\`): change that, not this page. A function's
name is its description in Lambda and the name of its log here (\`npm start\`: \`workers-finalize\`). What each may do is its
\`access\` in the same table; what the jobs are for: [operations](operations.md#upkeep-jobs).

| function | called by | MB | at most | does |
|---|---|---|---|---|
`;

const programsHead = `
What Lambda has no room or no tools for is a program of its own, in a container that is always there
([imports](imports.md#conversion)): \`infra/functions/programs.ts\`. Here it is a process, its log \`converter\`.

| program | polls | MB | does |
|---|---|---|---|
`;

interface Size {
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly does: string;
}

const row = (name: FunctionName, calledBy: string, { memoryMegabytes, timeoutSeconds, does }: Size): string =>
  `| \`${name}\` | ${calledBy} | ${memoryMegabytes} | ${timeoutSeconds} s | ${does} |\n`;

const every = (minutes: number): string => {
  if (minutes === 1) return "clock: each minute";
  if (minutes % 1440 === 0) return minutes === 1440 ? "clock: daily" : `clock: every ${minutes / 1440} days`;
  return minutes === 60 ? "clock: hourly" : `clock: every ${minutes} minutes`;
};

/** Where its queue is polled, or its schedule on; without a word: everywhere. */
function onlyWith({ partOf, everyMinutesWithout }: Partial<JobEntry>): string {
  if (partOf === undefined) return "";
  const without =
    everyMinutesWithout === undefined ? "" : `, else ${every(everyMinutesWithout).replace("clock: ", "")}`;
  return ` (${featureWords(partOf)}${without})`;
}

/** docs/functions.md. */
export function functionsPage(): string {
  const api = apiEntries().map(([name, entry]) => {
    const count = routes.filter((route) => route.function === name).length;
    return row(name, `API: ${count} ${count === 1 ? "route" : "routes"}`, entry);
  });
  const workers = workerEntries().map(([name, entry]) =>
    row(name, `queue \`${entry.access.consumes}\`, ${entry.batchSize} at once${onlyWith(entry)}`, entry),
  );
  const jobs = jobEntries().map(([job, entry]) =>
    row(
      `upkeep/${job}`,
      entry.onDemand ? "an operator" : `${every(entry.everyMinutes)}${onlyWith(entry)}`,
      entry,
    ),
  );
  const containers = programEntries().map(
    ([name, { does, access, partOf }]) =>
      `| \`functions/programs/${name}\` | queue \`${access.polls}\` (${featureWords(partOf)}) | 1 vCPU, 4096 or 8192 | ${does} |\n`,
  );
  return head + [...api, ...workers, ...jobs].join("") + programsHead + containers.join("");
}
