import fc from "fast-check";
import {
  type OpenedTransfer,
  openTransfer,
} from "../../../../../shared/images/operations/transfers/open-transfer.ts";
import { stageImage, uploadImage } from "../../../../../shared/images/operations/transfers/upload-image.ts";
import { type Attempt, attemptAt, hasRoom, type Life, type Picture, release, settle } from "../model.ts";
import type { Move } from "../move.ts";
import { callers } from "../world.ts";
import { type Actor, actor, actorOf, idAt, pick, place, withOwn } from "./pick.ts";

const bytesOf = (size: number, of: string) => new Uint8Array(Buffer.alloc(size, of));

const newAttempt = (bytes: Uint8Array, rest: Pick<Attempt, "size" | "stage" | "inParts">): Attempt => ({
  ...{ ...rest, bytes, state: "open", expired: false, parts: 0, verified: false, forgotten: false },
  ...{ upload: rest.inParts, object: false, kept: false, loose: false },
});

/** Refusals of an upload by the image's state; null: its size is not known. */
function refusal(image: Picture, size: number | null, isSaid: boolean): number | undefined {
  if (image.status !== "queued") return 409;
  const { broken } = image;
  const isRest = size === 0 || (size !== null && broken?.size != null && size < broken.size);
  if (broken && isRest && (isSaid || size !== 0)) return 400;
  return undefined;
}

/** An upload whose lease has run out gives way. */
function giveWay(image: Picture): "busy" | undefined {
  const running = attemptAt(image, image.running);
  if (running && !(running.state === "open" && running.expired)) return "busy";
  if (running) release(image, running, true);
  return undefined;
}

function begin(image: Picture, attempt: Attempt): number {
  image.status = attempt.stage ? "uploading" : "saving";
  image.running = image.attempts.push(attempt) - 1;
  return image.running;
}

const length = fc.constantFrom(0, 3, 10, 17);
const letter = fc.constantFrom("a", "b", "c");
/** Small uploads in one request; `until` stops where a cut may leave them. */
const inOne = (
  life: Life,
  at: number,
  by: Actor,
  bytes: Uint8Array,
  stage: boolean,
  until?: "begun" | "stored",
) =>
  withOwn(life, at, by, (image) => {
    if (!stage && image.status !== "queued") return 409;
    if (stage && giveWay(image)) return 409;
    const refused = refusal(image, bytes.length, true);
    if (refused) return refused;
    if (!stage && !hasRoom(life, image, bytes.length)) return 413;
    const attempt = newAttempt(bytes, { size: bytes.length, stage, inParts: false });
    const place = begin(image, attempt);
    if (until) return "ok";
    settle(image, place);
    attempt.verified = true;
    return "ok";
  });

const whole = fc.tuple(actor, place, length, letter, fc.boolean()).map(([by, at, size, of, stage]): Move => {
  const bytes = bytesOf(size, of);
  return {
    text: `${by} ${stage ? "stages" : "uploads"} ${size} bytes to ${at}`,
    predict: (life) => inOne(life, at, by, bytes, stage),
    act: (ports, life) =>
      (stage ? stageImage : uploadImage)(ports)(callers[actorOf(life, at, by)], idAt(life, at), bytes),
    between: (life) => {
      const [released, begun] = [structuredClone(life), structuredClone(life)];
      const image = pick(released, at);
      if (image && stage) giveWay(image);
      inOne(begun, at, by, bytes, stage, "begun");
      return [released, begun];
    },
  };
});

export const openBy = (
  by: Actor,
  at: number,
  bytes: number,
  of: string,
  { known, stage }: { readonly known: boolean; readonly stage: boolean },
): Move => {
  const size = known ? bytes : null;
  return {
    text: `${by} opens ${stage ? "staging" : "upload"} of ${size ?? "unknown"} bytes to ${at}`,
    predict: (life) =>
      withOwn(life, at, by, (image) => {
        if (giveWay(image)) return 409;
        const refused = refusal(image, size, false);
        if (refused) return refused;
        if (!stage && !hasRoom(life, image, size ?? 1)) return 413;
        // Somebody who does not know how much there is has something.
        begin(
          image,
          newAttempt(bytesOf(size ?? Math.max(3, bytes), of), { size, stage, inParts: size !== 0 }),
        );
        return "ok";
      }),
    act: (ports, life) =>
      openTransfer(ports)(callers[actorOf(life, at, by)], idAt(life, at), {
        size,
        leaseSeconds: 60,
        stage,
        multipart: true,
      }),
    learn: (life, result) => {
      const { transfer, token } = result as OpenedTransfer;
      const attempt = pick(life, at)?.attempts.at(-1);
      if (attempt) Object.assign(attempt, { id: transfer.id, token });
    },
    between: (life) => {
      const image = pick(life, at);
      if (image) giveWay(image);
      return [life];
    },
  };
};
const open = fc
  .tuple(
    actor,
    place,
    length,
    letter,
    fc.record({ known: fc.boolean(), stage: fc.nat(3).map((n) => n === 0) }),
  )
  .map((how) => openBy(...how));

export const beginMoves = { whole, open };
