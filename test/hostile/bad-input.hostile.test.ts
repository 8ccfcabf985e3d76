import { afterAll, beforeAll, expect, it } from "vitest";
import { randomFrom } from "../model/images/catalogue/random.ts";
import type { Attack, Family } from "./attack.ts";
import { formats } from "./families/formats.ts";
import { framing } from "./families/framing.ts";
import { headers, heads } from "./families/heads.ts";
import { bodies, creates, patches } from "./families/metadata.ts";
import { metadefs } from "./families/metadefs.ts";
import { paths, queries } from "./families/paths.ts";
import { tokens } from "./families/tokens.ts";
import { presigned, transfers } from "./families/transfers.ts";
import { faultsOf, SLOWEST_MS } from "./judge.ts";
import { logFaults } from "./logs.ts";
import { sendBytes } from "./wire.ts";
import { type Attacker, startWorld, type World } from "./world.ts";

/**
 * Bad input at wire level, drawn from a seed: the same one in every run, so that a change is judged by what it
 * changes; try others by hand. Each attack is drawn from the seed and its number alone:
 *     HOSTILE_SEED=7 HOSTILE_SECONDS=600 npm run test:hostile
 *     HOSTILE_SEED=7 HOSTILE_ONLY=1234 npm run test:hostile      one attack again
 */
const seed = Number(process.env.HOSTILE_SEED ?? 1);
const seconds = Number(process.env.HOSTILE_SECONDS ?? 150);
const only = process.env.HOSTILE_ONLY === undefined ? undefined : Number(process.env.HOSTILE_ONLY);
if (only !== undefined && !Number.isSafeInteger(only))
  throw new Error(`HOSTILE_ONLY is the number of one attack, not ${process.env.HOSTILE_ONLY}`);
/** One that waits too long for an answer is a fault by then; a little more shows how long it takes. */
const LIMIT_MS = SLOWEST_MS + 1000;
const LOOK_EVERY = 500;

const families: readonly Family[] = [
  heads,
  headers,
  framing,
  paths,
  queries,
  creates,
  patches,
  bodies,
  metadefs,
  tokens,
  transfers,
  presigned,
  formats,
];

let world: World;
const faults: string[] = [];
const counts = new Map<string, Map<string, number>>();

beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world?.close();
});

function count(family: string, attack: Attack, statuses: readonly number[]): void {
  const known = counts.get(family) ?? new Map<string, number>();
  counts.set(family, known);
  for (const status of statuses.length === 0 ? ["cut"] : statuses) {
    const key = `${attack.door} ${status}`;
    known.set(key, (known.get(key) ?? 0) + 1);
  }
}

async function attackWith(attacker: Attacker, number: number): Promise<void> {
  const random = randomFrom(seed * 1_000_003 + number);
  const family = families[number % families.length] as Family;
  const attack = await family.draw({ random, world, attacker });
  const base = attack.base ?? (attack.door === "s3" ? "" : world.baseOf(attack.door));
  const outcome = await sendBytes(base, attack, LIMIT_MS);
  count(
    family.name,
    attack,
    outcome.answers.map(({ status }) => status),
  );
  for (const fault of await faultsOf(attack, outcome)) {
    faults.push(`#${number} ${family.name} at ${attack.door}, ${attack.what}: ${fault}`);
  }
}

it("takes no harm from bad input", async () => {
  console.log(`hostile input: HOSTILE_SEED=${seed}, ${seconds} s`);
  let next = only ?? 0;
  const end = Date.now() + seconds * 1000;
  const hasEnded = () => (only === undefined ? Date.now() > end || faults.length > 50 : next > only);
  await Promise.all(
    world.attackers.map(async (attacker) => {
      while (!hasEnded()) {
        const number = next++;
        await attackWith(attacker, number).catch((error: unknown) => {
          faults.push(`#${number} ${families[number % families.length]?.name}: ${String(error)}`);
        });
        if (number % LOOK_EVERY === LOOK_EVERY - 1) faults.push(...(await world.bystanderFaults()));
      }
    }),
  );
  faults.push(...(await world.bystanderFaults()), ...(await world.mainJobFaults()), ...logFaults(world));
  console.log(`${next} attacks (HOSTILE_SEED=${seed})`);
  for (const [family, statuses] of counts) {
    console.log(`  ${family}: ${[...statuses].map(([key, times]) => `${key} ×${times}`).join(", ")}`);
  }
  for (const fault of faults) console.log(`  FAULT ${fault.slice(0, 2000)}`);
  expect(faults).toEqual([]);
  if (only === undefined) expect(next).toBeGreaterThan(seconds * 5);
});
