import fc from "fast-check";
import { deleteImage } from "../../../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../../../shared/images/operations/recover-image.ts";
import { restoreImage } from "../../../../../shared/images/operations/restore-image.ts";
import {
  type Attempt,
  attemptAt,
  canSee,
  isGone,
  type Life,
  mayChange,
  type Picture,
  remove,
  type Who,
} from "../model.ts";
import type { Answer, Move } from "../move.ts";
import { callers } from "../world.ts";
import { actor, actorOf, idAt, NOBODYS, pick, pickGone, place } from "./pick.ts";

const del = fc.tuple(actor, place).map(
  ([by, at]): Move => ({
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
  }),
);

const isWaiting = ({ status }: Picture): boolean => status === "pending_delete";
const hadData = ({ status, data }: Picture): boolean => status === "deleted" && data !== undefined;
const hasGone = (life: Life): boolean => [...life.images.values()].some(isGone);

const isThere = (attempt: Attempt | undefined): boolean =>
  attempt !== undefined && (attempt.object || attempt.kept);

function comeBack(image: Picture): Answer {
  const data = attemptAt(image, image.data);
  if (!data || !isThere(data)) return 410;
  data.object = true;
  data.kept = false;
  image.status = image.was ?? "active";
  image.was = null;
  image.isPurged = false;
  return "ok";
}

const restore = fc.tuple(fc.constantFrom<Who>("admin", "admin", "admin", "demo"), place).map(
  ([by, at]): Move => ({
    text: `${by} restores ${at}`,
    when: hasGone,
    predict: (life) => {
      if (by !== "admin") return 403;
      const image = pickGone(life, at, isWaiting);
      if (!image) return 404;
      return image.status === "pending_delete" ? comeBack(image) : 409;
    },
    act: (ports, life) => restoreImage(ports)(callers[by], pickGone(life, at, isWaiting)?.id ?? NOBODYS),
  }),
);

function recovered(life: Life, at: number): Answer {
  const image = pickGone(life, at, hadData);
  if (!image) return 404;
  const data = attemptAt(image, image.data);
  if (image.status !== "deleted" || !data || data.loose) return 409;
  if (!isThere(data)) {
    // Given up; what may have been brought back is deleted once more.
    data.loose = true;
    image.changedAt = life.now;
    return 410;
  }
  return comeBack(image);
}

const recover = fc.tuple(fc.constantFrom<Who>("admin", "admin", "admin", "demo"), place).map(
  ([by, at]): Move => ({
    text: `${by} recovers ${at}`,
    when: hasGone,
    predict: (life) => (by === "admin" ? recovered(life, at) : 403),
    act: (ports, life) => recoverImage(ports)(callers[by], pickGone(life, at, hadData)?.id ?? NOBODYS),
    between: (life) => {
      const image = pickGone(life, at, hadData);
      if (image?.status === "deleted" && image.data !== undefined) {
        image.status = "pending_delete";
        image.deletedAt = life.now;
        image.changedAt = life.now;
      }
      return [life];
    },
  }),
);

export const deletionMoves = { del, restore, recover };
