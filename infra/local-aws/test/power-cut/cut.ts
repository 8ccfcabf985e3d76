// node --import register.ts cut.ts SERVICE SEED STATES [LIE]: lets the service work once, cuts the power after each step
// and starts it again on what is left. Prints what it did as JSON; at most so many states are looked at, drawn by the seed.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bucketsUnderCut } from "./buckets-under-cut.ts";
import { diskAfter, type Tree, writeTree } from "./disk-after.ts";
import { eventsUnderCut } from "./events-under-cut.ts";
import { journal, lies } from "./journal.ts";
import { keysUnderCut } from "./keys-under-cut.ts";
import { queueUnderCut } from "./queue-under-cut.ts";
import { numbersFrom, waysToRemain } from "./remains.ts";
import type { ServiceUnderCut } from "./service-under-cut.ts";
import { Timeline } from "./timeline.ts";

/** What a run of this program says. */
export interface CutReport {
  readonly steps: number;
  /** States that differ in what is on the disk or in what may be found. */
  readonly states: number;
  readonly looked: number;
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
journal.root = worked;
await service.work(worked, timeline);
journal.root = undefined;
const { steps } = journal;

interface State {
  readonly tree: Tree;
  readonly count: number;
  readonly way: string;
}

function hashOf(tree: Tree): string {
  const hash = createHash("sha256");
  for (const [entry, content] of [...tree].sort(([one], [other]) => (one < other ? -1 : 1)))
    hash
      .update(JSON.stringify([entry, Buffer.isBuffer(content)]))
      .update(Buffer.isBuffer(content) ? createHash("sha256").update(content).digest() : hashOf(content));
  return hash.digest("hex");
}

const states = new Map<string, State>();
for (let count = 0; count <= steps.length; count++)
  for (const { name: way, draws, draw } of waysToRemain)
    for (let at = 0; at < draws; at++) {
      const tree = diskAfter(steps, count, draw(numbersFrom(seed, way, count, at), count));
      const expected = timeline.subjects.map((subject) => timeline.allowed(subject, count) ?? null);
      states.set(`${hashOf(tree)} ${JSON.stringify(expected)}`, { tree, count, way });
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

const random = numbersFrom(seed);
const drawn = [...states.values()]
  .map((state) => ({ state, at: random() }))
  .sort((one, other) => one.at - other.at)
  .slice(0, Number(most))
  .map(({ state }) => state);
const faults: string[] = [];
for (const state of drawn) {
  const fault = await faultOf(state, service);
  if (fault !== undefined) {
    const last = steps[state.count - 1];
    faults.push(`after ${state.count} steps (${last?.kind}), ${state.way}: ${fault}`);
  }
}
await rm(home, { recursive: true, force: true });
const report: CutReport = { steps: steps.length, states: states.size, looked: drawn.length, faults };
console.log(JSON.stringify(report));
