import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Source } from "./clients/source.ts";
import { Violation } from "./oracle/violation.ts";
import { drawFrom, seedOf } from "./plan/random.ts";
import { runPlan } from "./plan/run-plan.ts";
import { Disk } from "./service/disk.ts";
import { Service } from "./service/service.ts";
import { drawnSettings } from "./service/settings.ts";
import { judge } from "./settle/judge.ts";
import { restart } from "./troubles/restart.ts";
import { makeTrouble } from "./troubles/troubles.ts";
import { World } from "./world.ts";

const DISK_BYTES = 12 * 1024 ** 3;

export interface RunOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly steps: Iterable<number>;
  readonly isTroubled: boolean;
  /** Aborted when all is to end, in order. */
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly world: World;
  /** Numbers of the steps that were taken. */
  readonly taken: readonly number[];
  readonly violation?: Violation;
}

/** One run on a service of its own, to its end or to what is wrong. */
export async function run({ seed, seconds, steps, isTroubled, signal }: RunOptions): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  const disk = new Disk(folder, DISK_BYTES);
  const source = await Source.start();
  const random = drawFrom(seedOf(seed, 2 ** 30));
  let world: World | undefined;
  const troubled = Promise.withResolvers<never>();
  troubled.promise.catch(() => undefined);
  // A crash point was met: it is started again, until all is over.
  const service = await Service.make(folder, disk, drawnSettings(random), (why) => {
    world?.tell(`── the runtime ${why}`);
    world?.count("ends of the runtime at a crash point");
    if (world) restart(world, random).catch(troubled.reject);
  });
  world = new World(service, source, folder);
  const taken: number[] = [];
  try {
    if (isTroubled) await restart(world, random);
    else await service.start();
    const until = performance.now() + seconds * 1000;
    let isBroken = false;
    const isOver = () => isBroken || signal.aborted || performance.now() >= until;
    const plan = runPlan(world, { seed, steps, isOver, onStep: (step) => taken.push(step) });
    const trouble = makeTrouble(world, seed, () => !isTroubled || isOver()).catch(troubled.reject);
    try {
      await Promise.race([plan, troubled.promise]);
    } finally {
      isBroken = true;
      await trouble;
    }
    signal.throwIfAborted();
    await judge(world);
    return { world, taken };
  } catch (error) {
    const violation =
      error instanceof Violation ? error : new Violation("soak-failed", `${(error as Error).stack}`);
    return { world, taken, violation };
  } finally {
    await service.end("kill").catch(() => undefined);
    await service.other.kill();
    source.close();
    if (process.env.KEEP_HOMES) console.log(`kept: ${disk.home}`);
    else {
      disk.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
