import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { logIn } from "../runtime/image-client.ts";
import { freePort, type LocalRuntime, newHome, startRuntime } from "../runtime/local-runtime.ts";
import { type LargeTransfer, uploadLarge } from "./large-transfer.ts";

const MIB = 1024 ** 2;
/** What the worker reads at once (shared/images/operations/transfers/examine-stored.ts). */
const RANGE = 32 * MIB;
const environment = { GLANCE_HASHING_RUN_SECONDS: "1", GLANCE_COMPLETION_RECOVERY_DELAY: "1" };

let runtime: LocalRuntime | undefined;
afterEach(async () => {
  if (runtime?.process.exitCode === null) await runtime.stop();
  runtime?.remove();
});

const linesOf = (home: string, log: string): Record<string, unknown>[] =>
  readFileSync(join(home, "log", `${log}.log`), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{"))
    // A killed runtime may leave half a line.
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });

interface ByteRange {
  readonly first: number;
  readonly bytes: number;
}

/** Ranges of the object that the worker has read, in their order: to be hashed, and to look at the format. */
function readsOf(home: string) {
  const ranges = linesOf(home, "aws-calls")
    .filter(({ principal, operation }) => operation === "GetObject" && principal === "workers-finalize")
    .map(({ range }): ByteRange => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(String(range)) ?? [];
      if (first === undefined) throw new Error(`not a range: ${range}`);
      return { first: Number(first), bytes: Number(last) - Number(first) + 1 };
    });
  const isHashed = ({ first, bytes }: ByteRange) => first % RANGE === 0 && bytes > MIB;
  return { hashed: ranges.filter(isHashed), looks: ranges.filter((range) => !isHashed(range)) };
}

/**
 * The message that recovers broken completions comes while the first one's work goes on: the run that saves its state
 * second gives up, with one range in hand and one on its way.
 */
const OVERTAKEN = 2;

const sum = (ranges: readonly ByteRange[]) => ranges.reduce((total, { bytes }) => total + bytes, 0);

/** What each run of the worker said: `continues` of all but the last. */
const runsOf = (home: string) => linesOf(home, "workers-finalize").map(({ result }) => result);

async function untilActive({ imageId }: LargeTransfer, url: string) {
  const demo = await logIn(url, "demo");
  for (let tries = 0; (await demo.show(imageId)).status !== "active" && tries < 600; tries++)
    await sleep(200);
  return demo.show(imageId);
}

it("hashes 1 GiB over several runs of 1 s, and reads two ranges twice at most", async () => {
  const size = 1024 * MIB;
  runtime = await startRuntime({ environment });
  const transfer = await uploadLarge(runtime.url, await logIn(runtime.url, "demo"), size);
  const began = Date.now();
  expect(await transfer.complete(runtime.url)).toBe(202);
  expect(await untilActive(transfer, runtime.url)).toMatchObject({ size, ...transfer.hashes });
  const seconds = (Date.now() - began) / 1000;

  const { hashed, looks } = readsOf(runtime.home);
  const runs = runsOf(runtime.home).filter((result) => result === "continues").length + 1;
  console.log(
    `1 GiB hashed in ${runs} runs, ${seconds.toFixed(1)} s, ${Math.round(size / MIB / seconds)} MiB/s; ` +
      `${hashed.length} ranges, and ${looks.length} looks at the format of ${sum(looks)} bytes in all`,
  );
  const starts = [...new Set(hashed.map(({ first }) => first))].sort((one, other) => one - other);
  expect(starts).toEqual(Array.from({ length: 32 }, (_, n) => n * RANGE));
  expect(hashed.length - starts.length).toBeLessThanOrEqual(OVERTAKEN);
  // Before the first byte is hashed and after the last.
  expect(sum(looks)).toBeLessThan(MIB);
  expect(runs).toBeGreaterThan(2);
  expect(runsOf(runtime.home)).toContain("activated");
});

it("goes on after kill -9 where the state was saved, and reads few ranges twice", async () => {
  const size = 1024 * MIB + 5;
  const [home, port] = [newHome(), await freePort()];
  runtime = await startRuntime({ home, port, environment });
  const transfer = await uploadLarge(runtime.url, await logIn(runtime.url, "demo"), size);
  expect(await transfer.complete(runtime.url)).toBe(202);
  while (readsOf(home).hashed.length < 12) await sleep(20);
  await runtime.kill();
  const before = readsOf(home).hashed.length;

  runtime = await startRuntime({ home, port, environment });
  expect(await untilActive(transfer, runtime.url)).toMatchObject({ size, ...transfer.hashes });

  const starts = readsOf(home).hashed.map(({ first }) => first);
  const twice = starts.length - new Set(starts).size;
  console.log(`killed after ${before} ranges of 33; ${twice} were read twice`);
  expect(before).toBeLessThan(33);
  // Also those of the last 5 bytes, whose range is a short one.
  expect(new Set(starts).size).toBe(32);
  // The range in hand and the one on its way when it was killed.
  expect(twice).toBeLessThanOrEqual(2 + OVERTAKEN);
});
