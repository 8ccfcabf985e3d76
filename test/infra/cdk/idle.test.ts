import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { entryOf, type FunctionName, jobEntries, workerEntries } from "../../../infra/functions/functions.ts";
import { type Synthesised, synthesise } from "./synthesise.ts";

// biome-ignore lint/suspicious/noExplicitAny: templates as CDK hands them out, any resource's properties
const propertiesIn = (template: Template, type: string): any[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties);

/** The workers whose queues are polled. */
function polled({ api }: Synthesised): string[] {
  const functions = Object.entries(api.findResources("AWS::Lambda::Function"));
  return propertiesIn(api, "AWS::Lambda::EventSourceMapping")
    .filter(({ Enabled }) => Enabled !== false)
    .map(({ FunctionName }) => functions.find(([id]) => id === FunctionName.Ref)?.[1].Properties.Description)
    .toSorted();
}

/** The jobs that run by the clock, with the minutes between two runs. */
const clocked = ({ upkeep }: Synthesised): ReadonlyMap<string, number> =>
  new Map(
    propertiesIn(upkeep, "AWS::Scheduler::Schedule")
      .filter(({ State }) => State === "ENABLED")
      .map(({ Description, ScheduleExpression }) => [
        Description,
        Number(/\d+/.exec(ScheduleExpression)?.[0]),
      ]),
  );

const always = ["workers/delete", "workers/fetch", "workers/finalize", "workers/import", "workers/notify"];
const atRest = ["cache-prefetcher", "cache-pruner", "copies"];
const byOperator = jobEntries().flatMap(([job, { onDemand }]) => (onDemand ? [job] : []));

describe("without settings", async () => {
  const plain = await synthesise();

  test("only the queues are polled into which something can come", () => {
    expect(polled(plain)).toEqual(always);
  });

  test("only those jobs run that have something to do; what was left when a setting was turned off ends within a day", () => {
    const jobs = jobEntries().map(([job]) => job as string);
    const running = clocked(plain);
    expect([...running.keys()].toSorted()).toEqual(
      jobs.filter((job) => ![...atRest, ...byOperator].includes(job)).toSorted(),
    );
    for (const job of ["cache-cleaner", "scrubber"]) expect(running.get(job), job).toBe(24 * 60);
  });

  test("everything is there all the same: to be fired by an operator, and for messages that are left", () => {
    expect(propertiesIn(plain.upkeep, "AWS::Scheduler::Schedule")).toHaveLength(jobEntries().length);
    expect(propertiesIn(plain.api, "AWS::Lambda::EventSourceMapping")).toHaveLength(workerEntries().length);
  });
});

describe.each<[string, Readonly<Record<string, unknown>>, readonly string[], readonly string[]]>([
  ["delayed deletion", { delayed_delete: true }, [], []],
  ["the cache", { image_cache_dir: "cache" }, ["workers/cache"], ["cache-prefetcher", "cache-pruner"]],
  [
    "a second bucket",
    { enabled_backends: "s3:s3,cheap:s3", default_backend: "s3" },
    ["workers/copy"],
    ["copies"],
  ],
  // Images from before stores had names lie in the first bucket.
  ["a bucket that is not the first", { enabled_backends: "fast:s3" }, ["workers/copy"], ["copies"]],
  ["the first bucket by its name", { enabled_backends: "s3:s3" }, [], []],
  [
    "a store of type http, which needs the cache",
    { enabled_backends: "s3:s3,web:http", default_backend: "s3", image_cache_dir: "cache" },
    ["workers/cache", "workers/sources"],
    ["cache-prefetcher", "cache-pruner"],
  ],
])("with %s", async (_, settings, workers, jobs) => {
  const made = await synthesise({ settings });

  test("the queues of what it turns on are polled", () => {
    expect(polled(made)).toEqual([...always, ...workers].toSorted());
  });

  test("the jobs of what it turns on run as often as their entries say", () => {
    const running = clocked(made);
    expect([...running.keys()].filter((job) => atRest.includes(job)).toSorted()).toEqual(jobs.toSorted());
    for (const job of jobs) {
      const { everyMinutes } = entryOf(`upkeep/${job}` as FunctionName) as { everyMinutes?: number };
      expect(running.get(job), job).toBe(everyMinutes);
    }
    expect(running.get("scrubber")).toBe(settings.delayed_delete === true ? 5 : 24 * 60);
    expect(running.get("cache-cleaner")).toBe(workers.includes("workers/cache") ? 15 : 24 * 60);
  });
});
