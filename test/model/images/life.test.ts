import fc from "fast-check";
import { describe, it } from "vitest";
import type { FaultPoint } from "../../fakes/faulty.ts";
import { Begin, End } from "./life/meanwhile.ts";
import { newLife } from "./life/model.ts";
import type { Known, Move } from "./life/move.ts";
import { beginMoves } from "./life/moves/begin-upload.ts";
import { deletionMoves } from "./life/moves/deletions.ts";
import { jobMoves } from "./life/moves/jobs.ts";
import { memberMoves } from "./life/moves/members.ts";
import { metadataMoves } from "./life/moves/metadata.ts";
import { uploadMoves } from "./life/moves/uploads.ts";
import { settle } from "./life/settle.ts";
import { Step } from "./life/step.ts";
import { beginning, type Command } from "./life/stories.ts";
import { newWorld } from "./life/world.ts";

/**
 * Whole lives of images, drawn at random: what every caller does, jobs and messages in between, in any order, cut off
 * at any call, or left in the middle while others act. Draws for LIFE_SECONDS from another seed each time, without it a
 * few seconds from always the same one; says the seed, which LIFE_SEED repeats, and shrinks what it finds.
 */
const seconds = Number(process.env.LIFE_SECONDS ?? 8);
const isLong = process.env.LIFE_SECONDS !== undefined;
const seed = Number(process.env.LIFE_SEED ?? (isLong ? Date.now() % 2 ** 31 : 1));

const cut: fc.Arbitrary<FaultPoint | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record({
      call: fc.integer({ min: 1, max: 12 }),
      moment: fc.constantFrom("before" as const, "after" as const),
    }),
  },
);

const { create, patch, tag, activity } = metadataMoves;
const { open, whole } = beginMoves;
const { store, complete } = uploadMoves;
const { finalize, deleting } = jobMoves;
const { del, restore, recover } = deletionMoves;
const all = [metadataMoves, memberMoves, deletionMoves, jobMoves, beginMoves, uploadMoves];
const moves = [
  ...all.flatMap((each): fc.Arbitrary<Move>[] => Object.values(each)),
  // Nothing comes of the others without these.
  ...[create, create, open, open, store, store, complete, complete, whole, whole, finalize, deleting],
  ...[memberMoves.add, del, restore, recover],
];
/** What may stand in the middle: what it read by then, or wrote, meets what others write meanwhile. */
const slow = fc.oneof(patch, tag, activity, ...Object.values(memberMoves), del, restore, recover, recover);
const begin = fc
  .tuple(slow, fc.integer({ min: 1, max: 8 }), cut)
  .map(([move, call, where]): Command => new Begin(move, call, where));
const end = fc.constant<Command>(new End());

const stepOf = (move: fc.Arbitrary<Move>) => fc.tuple(move, cut).map(([one, where]) => new Step(one, where));
const steps: fc.Arbitrary<Command>[] = moves.map(stepOf);
const commands = [...steps, begin, begin, end, end];

describe.each([true, false])("with delayed_delete %s", (delayedDelete) => {
  it(`an image's life is what everybody was told, seed ${seed}`, {
    timeout: seconds * 1000 + 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        beginning(fc.oneof(...commands)),
        fc.commands(commands, { maxCommands: 60, size: "max" }),
        async (first, rest) => {
          const world = newWorld(delayedDelete);
          const known: Known = { life: newLife(delayedDelete), world };
          for (const step of first) if (step.check(known)) await step.run(known, world);
          await fc.asyncModelRun(() => ({ model: known, real: world }), rest);
          const last = new End();
          if (last.check(known)) await last.run(known);
          await settle(known);
        },
      ),
      {
        seed: seed + Number(delayedDelete),
        numRuns: Number.MAX_SAFE_INTEGER,
        interruptAfterTimeLimit: (seconds * 1000) / 2,
        markInterruptAsFailure: false,
      },
    );
  });
});
