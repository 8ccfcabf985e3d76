import fc from "fast-check";
import { deleteImage } from "../../../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../../../shared/images/operations/recover-image.ts";
import { restoreImage } from "../../../../../shared/images/operations/restore-image.ts";
import {
  type Attempt,
  attemptAt,
  canSee,
  cutLoose,
  isGone,
  type Life,
  mayChange,
  type Picture,
  remove,
  type Who,
} from "../model.ts";
import type { Answer, Move } from "../move.ts";
import { callers } from "../world.ts";
import { type Actor, actor, actorOf, idAt, NOBODYS, pick, pickGone, place } from "./pick.ts";

export const delBy = (by: Actor, at: number): Move => ({
  text: `${by} deletes ${at}`,
  predict: (life) => {
    const image = pick(life, at);
    const who = actorOf(life, at, by);
    if (!image || !canSee(who, image)) return 404;
    if (!mayChange(who, image)) return 403;
    if (image.protected) return 403;
    remove(life, image);
    return "ok";
  },
  act: (ports, life) => deleteImage(ports)(callers[actorOf(life, at, by)], idAt(life, at)),
});
const del = fc.tuple(actor, place).map(([by, at]) => delBy(by, at));

const isWaiting = ({ status }: Picture): boolean => status === "pending_delete";
const hadData = ({ status, data }: Picture): boolean => status === "deleted" && data !== undefined;
const hasGone = (life: Life): boolean => [...life.images.values()].some(isGone);

const isThere = (attempt: Attempt | undefined): boolean =>
  attempt !== undefined && (attempt.object || attempt.kept);

function comeBack(image: Picture): Answer {
  const data = attemptAt(image, image.data);
  // A worker may have it in hand.
  if (data?.loose) return 409;
  if (!data || !isThere(data)) return 410;
  data.object = true;
  data.kept = false;
  image.status = image.was ?? "active";
  image.was = null;
  image.isPurged = false;
  return "ok";
}

const whoOfAdmins = fc.constantFrom<Who>("admin", "admin", "admin", "demo");
export const restoreBy = (by: Who, at: number): Move => ({
  text: `${by} restores ${at}`,
  when: hasGone,
  predict: (life) => {
    if (by !== "admin") return 403;
    const image = pickGone(life, at, isWaiting);
    if (!image) return 404;
    return image.status === "pending_delete" ? comeBack(image) : 409;
  },
  act: (ports, life) => restoreImage(ports)(callers[by], pickGone(life, at, isWaiting)?.id ?? NOBODYS),
});
const restore = fc.tuple(whoOfAdmins, place).map(([by, at]) => restoreBy(by, at));

/** Deleted as it was before the recovery; what may have been brought back is deleted once more. */
function giveUp(life: Life, image: Picture, answer: Answer): void {
  const { deletedAt, changedAt } = life.chosen?.images.get(image.id) ?? image;
  Object.assign(image, { status: "deleted", deletedAt, changedAt });
  if (answer !== 410) return;
  cutLoose(attemptAt(image, image.data));
  image.changedAt = life.now;
}

function recovered(life: Life, at: number): Answer {
  const image = pickGone(life, at, hadData);
  if (!image) return 404;
  if (image.status !== "deleted" || image.data === undefined) return 409;
  const answer = comeBack(image);
  if (answer !== "ok") giveUp(life, image, answer);
  return answer;
}

export const recoverBy = (by: Who, at: number): Move => ({
  text: `${by} recovers ${at}`,
  when: hasGone,
  predict: (life) => (by === "admin" ? recovered(life, at) : 403),
  act: (ports, life) => recoverImage(ports)(callers[by], pickGone(life, at, hadData)?.id ?? NOBODYS),
  rest: (life) => {
    const image = pickGone(life, at, hadData);
    if (image?.status !== "pending_delete") return 409;
    const answer = comeBack(image);
    if (answer !== "ok") giveUp(life, image, answer);
    return answer;
  },
  between: (life) => {
    const image = pickGone(life, at, hadData);
    if (image?.status === "deleted" && image.data !== undefined) {
      image.status = "pending_delete";
      image.deletedAt = life.now;
      image.changedAt = life.now;
    }
    return [life];
  },
});
const recover = fc.tuple(whoOfAdmins, place).map(([by, at]) => recoverBy(by, at));

export const deletionMoves = { del, restore, recover };
