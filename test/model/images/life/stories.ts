import fc, { type AsyncCommand } from "fast-check";
import { Begin, End } from "./meanwhile.ts";
import type { Known, Move } from "./move.ts";
import { beginMoves, openBy } from "./moves/begin-upload.ts";
import { delBy, deletionMoves, recoverBy, restoreBy } from "./moves/deletions.ts";
import { deletingBytes, finalizing } from "./moves/jobs.ts";
import { memberMoves } from "./moves/members.ts";
import { createBy, metadataMoves } from "./moves/metadata.ts";
import { completeAs, storeParts, uploadMoves } from "./moves/uploads.ts";
import { Step } from "./step.ts";
import type { World } from "./world.ts";

export type Command = AsyncCommand<Known, World>;
type Story = readonly fc.Arbitrary<Command>[];

const anyStep = (move: fc.Arbitrary<Move>) => move.map((one): Command => new Step(one));
const step = (move: Move) => fc.constant<Command>(new Step(move));
const { create } = metadataMoves;
const { open, whole } = beginMoves;
const { store, complete } = uploadMoves;

const asIs = { known: true, stage: false };
const ofDemo = anyStep(createBy(fc.constant("demo"), fc.constant(false)));
const opens = (bytes: number) => step(openBy("demo", 0, bytes, "a", asIs));
const stores = (at: number) => step(storeParts(at, 5));
const completes = (at: number, said: "right" | "wrong") => step(completeAs(at, "right", said));
const uploaded = (said: "right" | "wrong"): Story => [ofDemo, opens(10), stores(0), completes(0, said)];
const deletes = step(delBy("its owner", 0));
const worker = step(deletingBytes(0, false));

/** Most lives begin with images that have something to lose, or compete for what room there is. */
const stories: readonly Story[] = [
  [],
  [create, memberMoves.add, memberMoves.answer, whole].map(anyStep),
  [create, open, store, create, open, store, complete].map(anyStep),
  [create, open, store, complete, deletionMoves.del].map(anyStep),
  // Two uploads of one project at once: there is room for each, and not for both.
  [ofDemo, opens(10), stores(0), ofDemo, opens(17), stores(0), completes(1, "right"), completes(0, "right")],
  // What is found out about deleted data is true when it is back.
  [...uploaded("wrong"), deletes, step(finalizing(0, false)), step(restoreBy("admin", 0))],
  // Two admins bring an image back at once, and it is deleted again in between: one of them dies in the middle.
  [
    ...[...uploaded("right"), deletes, worker],
    fc.nat(3).map((n): Command => new Begin(recoverBy("admin", 0), 2, { call: 3 + n, moment: "after" })),
    ...[step(recoverBy("admin", 0)), deletes, fc.constant<Command>(new End()), worker],
    step(restoreBy("admin", 0)),
  ],
];

/** A story, told without a break or with others' moves between its steps. */
export const beginning = (others: fc.Arbitrary<Command>): fc.Arbitrary<readonly Command[]> => {
  const between = fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(others, { maxLength: 2 }) },
  );
  const told = (story: Story) =>
    fc.tuple(...story.map((each) => fc.tuple(each, between))).map((pairs) => pairs.flat(2));
  return fc.oneof(...stories.map(told));
};
