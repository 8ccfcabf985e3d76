import { rangesOf, stepsIn } from "./plan/step-ranges.ts";
import { report } from "./report.ts";
import { run } from "./run.ts";
import { shrink } from "./shrink.ts";

/**
 * npm run soak                 everything at random for SOAK_SECONDS (300), drawn from SOAK_SEED (another each time)
 *
 * SOAK_STEPS=0-7,9 takes these steps only. SOAK_TROUBLES=0 makes no trouble. What is wrong is made shorter for
 * SOAK_SHRINK_SECONDS (as long as the run was). SOAK_TELL=1 tells everything as it happens, KEEP_HOMES=1 keeps the
 * homes. Ends with 1 when something was wrong.
 */
function whole(name: string, otherwise: number): number {
  const text = process.env[name] || `${otherwise}`;
  if (/^\d+$/.test(text)) return Number(text);
  console.error(`${name} takes a whole number, not '${text}'`);
  process.exit(2);
}

function* allSteps(): Generator<number> {
  for (let n = 0; ; n++) yield n;
}

const seconds = whole("SOAK_SECONDS", 300);
const seed = whole("SOAK_SEED", Math.floor(Date.now() / 1000) % 1_000_000);
const shrinkSeconds = whole("SOAK_SHRINK_SECONDS", seconds);
const isTroubled = whole("SOAK_TROUBLES", 1) !== 0;
const given = process.env.SOAK_STEPS;
console.log(`soak of ${seconds} s, SOAK_SEED=${seed}`);
const ended = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => ended.abort());
const options = {
  signal: ended.signal,
  seed,
  seconds,
  isTroubled,
  steps: given ? stepsIn(given) : allSteps(),
};
const result = await run(options);
console.log(report(result));
if (result.violation) {
  const again = `SOAK_SEED=${seed} SOAK_SECONDS=${seconds}${isTroubled ? "" : " SOAK_TROUBLES=0"}`;
  console.log(`run it again: ${again} npm run soak`);
  const shrunk = await shrink(options, result, shrinkSeconds, (line) => console.log(line));
  if (shrunk.result !== result) {
    console.log(`shorter: ${again} SOAK_STEPS=${rangesOf(shrunk.steps)} npm run soak`);
    console.log(report(shrunk.result));
  }
}
// Steps that were cut off may still wait for a service that is gone.
process.exit(result.violation ? 1 : 0);
