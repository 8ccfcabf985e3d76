import fc from "fast-check";
import { describe, it } from "vitest";
import type { FaultPoint } from "../../fakes/faulty.ts";
import { newLife } from "./life/model.ts";
import { type Known, type Move, Step } from "./life/move.ts";
import { deletionMoves } from "./life/moves/deletions.ts";
import { jobMoves } from "./life/moves/jobs.ts";
import { memberMoves } from "./life/moves/members.ts";
import { metadataMoves } from "./life/moves/metadata.ts";
import { uploadMoves } from "./life/moves/uploads.ts";
import { settle } from "./life/settle.ts";
import { newWorld } from "./life/world.ts";

/**
 * Whole lives of images, drawn at random: what every caller does, jobs and messages in between, in any order, cut off
 * at any call. Goes on for LIFE_SECONDS from another seed each time, without it a few seconds from always the same one;
 * says the seed, which LIFE_SEED repeats, and shrinks what it finds.
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

const { create } = metadataMoves;
const { open, store, complete, whole } = uploadMoves;
const { finalize, deleting } = jobMoves;
const all = [metadataMoves, memberMoves, deletionMoves, jobMoves, uploadMoves];
const moves = [
  ...all.flatMap((each): fc.Arbitrary<Move>[] => Object.values(each)),
  // Nothing comes of the others without these.
  ...[create, create, open, open, store, store, complete, complete, whole, whole, finalize, deleting],
  ...[memberMoves.add, deletionMoves.del, deletionMoves.restore, deletionMoves.recover],
];
const stepOf = (move: fc.Arbitrary<Move>) => fc.tuple(move, cut).map(([one, where]) => new Step(one, where));
const commands = moves.map(stepOf);
/** Most lives begin with images that have something to lose, or compete for what room there is. */
const beginnings = [
  [],
  [create, memberMoves.add, memberMoves.answer, whole],
  [create, open, store, create, open, store, complete],
  [create, open, store, complete, deletionMoves.del],
];
const beginning = fc.oneof(...beginnings.map((each) => fc.tuple(...each.map(stepOf))));

describe.each([true, false])("with delayed_delete %s", (delayedDelete) => {
  it(`an image's life is what everybody was told, seed ${seed}`, {
    timeout: seconds * 1000 + 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        beginning,
        fc.commands(commands, { maxCommands: 60, size: "max" }),
        async (first, steps) => {
          const world = newWorld(delayedDelete);
          const known: Known = { life: newLife(delayedDelete), world };
          for (const step of first) if (step.check(known)) await step.run(known, world);
          await fc.asyncModelRun(() => ({ model: known, real: world }), steps);
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
