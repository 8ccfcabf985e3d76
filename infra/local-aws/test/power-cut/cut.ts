// node --import register.ts cut.ts SERVICE SEED STATES [LIE]: lets the service work once, cuts the power after each step
// and starts it again on what is left; some of these starts are cut themselves. Prints what it did as JSON; at most so many
// states are looked at, drawn by the seed.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bucketsUnderCut } from "./buckets-under-cut.ts";
import { writeTree } from "./disk-after.ts";
import { eventsUnderCut } from "./events-under-cut.ts";
import { journal, lies, type Step } from "./journal.ts";
import { keysUnderCut } from "./keys-under-cut.ts";
import { queueUnderCut } from "./queue-under-cut.ts";
import { recordOn } from "./recording-fs.ts";
import type { ServiceUnderCut } from "./service-under-cut.ts";
import { type State, someOf, statesAfter } from "./states-after.ts";
import { Timeline } from "./timeline.ts";

/** What a run of this program says. */
export interface CutReport {
  readonly steps: number;
  /** States that differ in what is on the disk or in what may be found. */
  readonly states: number;
  readonly looked: number;
  /** The same of starts that were cut. */
  readonly secondStates: number;
  readonly secondLooked: number;
  readonly faults: readonly string[];
}

const services: ReadonlyMap<string, ServiceUnderCut> = new Map([
  ["buckets", bucketsUnderCut],
  ["queues", queueUnderCut],
  ["events", eventsUnderCut],
  ["keys", keysUnderCut],
]);

const [name = "", seedText = "1", most = "1000", lie] = process.argv.slice(2);
const service = services.get(name);
if (!service) throw new Error(`no service ${name}`);
const seed = Number(seedText);
const home = await mkdtemp(join(tmpdir(), "power-cut-"));
const timeline = new Timeline();

const worked = join(home, "worked");
await mkdir(worked);
journal.lie = lies.find((one) => one === lie);
await recordOn(worked, new Map());
await service.work(worked, timeline);
const steps = stopRecording();

function stopRecording(): readonly Step[] {
  journal.root = undefined;
  return journal.steps;
}

/** The states that are left when a start on this one is cut. */
async function cutAgain(service: ServiceUnderCut, { tree, count, story }: State): Promise<readonly State[]> {
  const directory = await mkdtemp(join(home, "again-"));
  const before = await recordOn(directory, tree);
  await (await service.open(directory)).close();
  const again = stopRecording();
  await rm(directory, { recursive: true, force: true });
  return statesAfter(
    { steps: again, first: before, workedSteps: () => count, story: `${story}; a start, and after` },
    { seed, timeline },
  );
}

/** Why this state is none that the service may be found in; undefined when it is. */
async function faultOf({ tree, count }: State, service: ServiceUnderCut): Promise<string | undefined> {
  const directory = await mkdtemp(join(home, "state-"));
  try {
    await writeTree(tree, directory);
    const opened = await service.open(directory);
    const found = await opened.look().finally(() => opened.close());
    for (const subject of new Set([...timeline.subjects, ...found.keys()])) {
      const allowed = timeline.subjects.includes(subject) ? timeline.allowed(subject, count) : [];
      const what = found.get(subject) ?? "nothing";
      if (allowed !== undefined && !allowed.includes(what))
        return `${subject.slice(0, 40)}: found ${what.slice(0, 300)}, expected ${allowed.join(" or ").slice(0, 300)}`;
    }
    const again = await service.open(directory);
    await again.use().finally(() => again.close());
    await (await service.open(directory)).close();
    return undefined;
  } catch (error) {
    return String((error as Error).stack).slice(0, 600);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const states = statesAfter(
  { steps, first: 0, workedSteps: (count) => count, story: "after" },
  { seed, timeline },
);
const drawn = someOf(states, Number(most), seed, "states");
const starts = someOf(drawn, Math.ceil(Number(most) / 5), seed, "starts");
const secondStates: State[] = [];
// With a disk that lies a start may fail: the first cut has told already.
if (lie === undefined) for (const start of starts) secondStates.push(...(await cutAgain(service, start)));
const drawnAgain = someOf(secondStates, Number(most), seed, "second states");
const faults: string[] = [];
for (const state of [...drawn, ...drawnAgain]) {
  const fault = await faultOf(state, service);
  if (fault !== undefined) faults.push(`${state.story}: ${fault}`);
}
await rm(home, { recursive: true, force: true });
const report: CutReport = {
  ...{ steps: steps.length, states: states.length, looked: drawn.length },
  ...{ secondStates: secondStates.length, secondLooked: drawnAgain.length, faults },
};
console.log(JSON.stringify(report));
