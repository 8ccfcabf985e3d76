import { type Attempt, attemptAt, canSee, type Life, mayChange, type Picture, release } from "../model.ts";
import type { Answer } from "../move.ts";
import { type Actor, actorOf, pick } from "./pick.ts";

export const bytesOf = (size: number, of: string) => new Uint8Array(Buffer.alloc(size, of));

export const newAttempt = (
  bytes: Uint8Array,
  rest: Pick<Attempt, "size" | "stage" | "inParts">,
): Attempt => ({
  ...{ ...rest, bytes, state: "open", expired: false, parts: 0, verified: false, forgotten: false },
  ...{ upload: rest.inParts, object: false, kept: false, loose: false },
});

/** Refusals of an upload by the image's state; null: its size is not known. */
export function refusal(image: Picture, size: number | null, isSaid: boolean): number | undefined {
  if (image.status !== "queued") return 409;
  const { broken } = image;
  const isRest = size === 0 || (size !== null && broken?.size != null && size < broken.size);
  if (broken && isRest && (isSaid || size !== 0)) return 400;
  return undefined;
}

export const asUploader = (life: Life, at: number, actor: Actor, go: (image: Picture) => Answer): Answer => {
  const image = pick(life, at);
  const by = actorOf(life, at, actor);
  if (!image || !canSee(by, image)) return 404;
  return mayChange(by, image) ? go(image) : 403;
};

/** An upload whose lease has run out gives way. */
export function giveWay(image: Picture): "busy" | undefined {
  const running = attemptAt(image, image.running);
  if (running && !(running.state === "open" && running.expired)) return "busy";
  if (running) release(image, running, true);
  return undefined;
}

export function begin(image: Picture, attempt: Attempt): number {
  image.status = attempt.stage ? "uploading" : "saving";
  image.running = image.attempts.push(attempt) - 1;
  return image.running;
}
