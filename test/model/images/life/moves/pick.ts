import fc from "fast-check";
import {
  type Attempt,
  canSee,
  everyone,
  isGone,
  type Life,
  mayChange,
  type Picture,
  projectOf,
  type Who,
} from "../model.ts";
import type { Answer } from "../move.ts";

/** Mostly the first. */
export const place = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat({ max: 5 }) },
);
export const who = fc.constantFrom(...everyone);

const nth = (images: readonly Picture[], at: number): Picture | undefined =>
  images[at % Math.max(1, images.length)];

/** The image that was chosen, as it is now; undefined when there is none any more. */
const present = (life: Life, choose: (chosen: Life) => Picture | undefined): Picture | undefined =>
  life.images.get(choose(life.chosen ?? life)?.id ?? "");

/** The images that are there come before those that are gone, new ones first. */
export const pick = (life: Life, at: number): Picture | undefined =>
  present(life, ({ images }) =>
    nth(
      [...images.values()].reverse().sort((one, other) => Number(isGone(one)) - Number(isGone(other))),
      at,
    ),
  );
/** Those that may be brought back come first. */
export const pickGone = (
  life: Life,
  at: number,
  isWanted: (image: Picture) => boolean,
): Picture | undefined =>
  present(life, ({ images }) =>
    nth(
      [...images.values()].reverse().sort((one, other) => Number(isWanted(other)) - Number(isWanted(one))),
      at,
    ),
  );

/** What nobody has. */
export const NOBODYS = "00000000-0000-4000-8000-000000000000";
export const idAt = (life: Life, at: number): string => pick(life, at)?.id ?? NOBODYS;

/** An upload in parts whose token somebody has: mostly the latest. */
export function pickUpload(
  life: Life,
  at: number,
): { image: Picture; attempt: Attempt; at: number } | undefined {
  const all = [...life.images.values()].flatMap((image) =>
    image.attempts.map((attempt, place) => ({ image, attempt, at: place })),
  );
  const known = all.filter(({ attempt }) => attempt.token !== undefined && !attempt.forgotten);
  return known.at(-1 - (at % Math.max(1, known.length)));
}

/** Who does something with an image: mostly its owner, as most of the rest is refused at once. */
export type Actor = "its owner" | Who;
export const actor: fc.Arbitrary<Actor> = fc.oneof(
  { weight: 3, arbitrary: fc.constant("its owner" as const) },
  { weight: 1, arbitrary: who },
);
export const actorOf = (life: Life, at: number, by: Actor): Who =>
  by === "its owner" ? (everyone.find((each) => projectOf(each) === pick(life, at)?.owner) ?? "demo") : by;

/** What an actor is answered who does this to an image: as if it were not there, where it is hidden. */
export function withSeen(
  life: Life,
  at: number,
  actor: Actor,
  act: (image: Picture, by: Who) => Answer,
): Answer {
  const image = pick(life, at);
  const by = actorOf(life, at, actor);
  return image && canSee(by, image) ? act(image, by) : 404;
}

/** The same, of those that only its owner and admins may change. */
export const withOwn = (
  life: Life,
  at: number,
  actor: Actor,
  act: (image: Picture, by: Who) => Answer,
): Answer => withSeen(life, at, actor, (image, by) => (mayChange(by, image) ? act(image, by) : 403));

/** Nearly always the latest upload. */
export const latest = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.nat({ max: 5 }) },
);
export const isBegun = (life: Life): boolean => pickUpload(life, 0) !== undefined;
