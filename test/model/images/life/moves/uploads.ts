import fc from "fast-check";
import { abortTransfer } from "../../../../../shared/images/operations/transfers/abort-transfer.ts";
import { completeTransfer } from "../../../../../shared/images/operations/transfers/complete-transfer.ts";
import { downloadImage } from "../../../../../shared/images/operations/transfers/download-image.ts";
import { showTransfer } from "../../../../../shared/images/operations/transfers/show-transfer.ts";
import { signParts } from "../../../../../shared/images/operations/transfers/sign-parts.ts";
import { hashesOf, WRONG } from "../judge.ts";
import {
  type Attempt,
  attemptAt,
  canSee,
  hasRoom,
  isGone,
  isInUse,
  type Life,
  type Picture,
  release,
  settle,
} from "../model.ts";
import type { Answer, Move } from "../move.ts";
import { callers } from "../world.ts";
import { actor, actorOf, idAt, isBegun, latest, NOBODYS, pick, pickUpload, place } from "./pick.ts";

export const PART = 4;

const accessTo = (life: Life, at: number) => {
  const found = pickUpload(life, at);
  return {
    found,
    access: { caller: undefined, token: found?.attempt.token ?? "nobody's" },
    ref: { imageId: found?.image.id ?? NOBODYS, transferId: found?.attempt.id ?? NOBODYS },
  };
};
type Found = NonNullable<ReturnType<typeof pickUpload>>;
const withUpload = (life: Life, at: number, go: (found: Found) => Answer): Answer => {
  const found = pickUpload(life, at);
  if (!found) return 403;
  return isGone(found.image) ? 410 : go(found);
};

const usable = ({ state, expired }: Attempt): Answer => (state !== "open" ? 409 : expired ? 410 : "ok");

export const storeParts = (at: number, most: number): Move => ({
  text: `the uploader of ${at} stores ${most} parts`,
  when: isBegun,
  predict: (life) =>
    withUpload(life, at, ({ image, attempt }) => {
      const can = usable(attempt);
      if (can !== "ok") return can;
      if (!attempt.inParts) return 400;
      for (let n = 0; n < most && attempt.parts * PART < attempt.bytes.length; n++) {
        const end = Math.min((attempt.parts + 1) * PART, attempt.bytes.length);
        if (attempt.size === null && !attempt.stage && !hasRoom(life, image, end)) return 413;
        attempt.parts++;
      }
      return "ok";
    }),
  act: async (ports, life, world) => {
    const { found, access, ref } = accessTo(life, at);
    const { parts, bytes } = found?.attempt ?? { parts: 0, bytes: new Uint8Array() };
    const missing = Array.from({ length: Math.ceil(bytes.length / PART) }, (_, n) => n).slice(
      parts,
      parts + most,
    );
    // Where none is missing, the first one is asked for again.
    for (const n of missing.length > 0 ? missing : [0]) {
      const part = bytes.subarray(n * PART, (n + 1) * PART);
      const { parts: signed } = await signParts(ports)(access, ref, [
        { number: n + 1, size: Math.max(1, part.length) },
      ]);
      world.bytes.putPart(signed[0]?.url ?? "", part);
    }
  },
});
const store = fc.tuple(latest, fc.constantFrom(5, 5, 5, 1)).map(([at, most]) => storeParts(at, most));

type Statement = "right" | "wrong" | "none";
const size = fc.constantFrom("right", "right", "right", "right", "one more");
const hashes = fc.constantFrom<Statement>("right", "right", "none", "wrong");
export const completeAs = (at: number, sizes: string, said: Statement): Move => {
  const more = sizes === "right" ? 0 : 1;
  return {
    text: `the uploader of ${at} completes with ${said} hashes, ${sizes} bytes`,
    when: isBegun,
    predict: (life) =>
      withUpload(life, at, ({ image, attempt, at: place }) => {
        if (attempt.state === "complete") return "ok";
        if (attempt.state === "aborted") return attempt.failure ?? 409;
        if (attempt.state === "completing") return finish(life, image, place, attempt.stated ?? "none");
        if (attempt.expired) return 410;
        const stored = Math.min(attempt.parts * PART, attempt.bytes.length);
        if (stored !== attempt.bytes.length + more) return 400;
        if (attempt.size !== null && attempt.size !== stored) return 400;
        return finish(life, image, place, said);
      }),
    act: (ports, life) => {
      const { found, access, ref } = accessTo(life, at);
      const attempt = found?.attempt ?? { bytes: new Uint8Array() };
      const statement = said === "none" ? {} : said === "wrong" ? WRONG : hashesOf({ bytes: attempt.bytes });
      return completeTransfer(ports)(access, ref, { size: attempt.bytes.length + more, ...statement });
    },
    between: (life) => {
      const found = pickUpload(life, at);
      if (found?.attempt.state !== "open") return [];
      found.attempt.state = "completing";
      if (said !== "none") found.attempt.stated = said;
      return [life];
    },
  };
};
const complete = fc.tuple(latest, size, hashes).map((how) => completeAs(...how));

/** The end of a transfer whose parts are all there. */
export function finish(life: Life, image: Picture, place: number, said: "right" | "wrong" | "none"): Answer {
  const attempt = attemptAt(image, place);
  if (!attempt) return 404;
  if (said !== "none") attempt.stated = said;
  attempt.object = true;
  attempt.upload = false;
  attempt.state = "completing";
  if (!attempt.stage && attempt.stated === undefined) return "ok";
  if (!attempt.stage && !hasRoom(life, image, attempt.bytes.length)) {
    attempt.failure = 413;
    release(image, attempt, false, 413);
    return 413;
  }
  settle(image, place);
  attempt.verified = attempt.stage;
  return "ok";
}

const abort = fc.tuple(latest, fc.boolean()).map(
  ([at, broken]): Move => ({
    text: `the uploader of ${at} ${broken ? "breaks off" : "aborts"}`,
    when: isBegun,
    predict: (life) =>
      withUpload(life, at, ({ image, attempt }) => {
        if (attempt.state === "aborted") return "ok";
        if (attempt.state !== "open") return 409;
        release(image, attempt, broken);
        return "ok";
      }),
    act: (ports, life) => {
      const { access, ref } = accessTo(life, at);
      return abortTransfer(ports)(access, ref, { broken });
    },
  }),
);

const look = latest.map(
  (at): Move => ({
    text: `the uploader of ${at} looks`,
    when: isBegun,
    predict: (life) =>
      withUpload(life, at, ({ attempt }) => (attempt.state === "open" ? usable(attempt) : "ok")),
    act: async (ports, life) => {
      const { found, access, ref } = accessTo(life, at);
      const { transfer, parts } = await showTransfer(ports)(access, ref, undefined);
      const state = found?.attempt.state;
      if (transfer.state !== state) throw new Error(`the transfer is ${transfer.state}, must be ${state}`);
      if (state === "open" && parts.length !== found?.attempt.parts)
        throw new Error(`${parts.length} parts are stored, must be ${found?.attempt.parts}`);
    },
  }),
);

const download = fc.tuple(actor, place).map(
  ([by, at]): Move => ({
    text: `${by} downloads ${at}`,
    predict: (life) => {
      const image = pick(life, at);
      const reader = actorOf(life, at, by);
      if (!image || !canSee(reader, image)) return 404;
      return image.status === "deactivated" && reader !== "admin" ? 403 : "ok";
    },
    act: async (ports, life, world) => {
      const url = await downloadImage(ports)(callers[actorOf(life, at, by)], idAt(life, at));
      const data = attemptAt(pick(life, at) as Picture, pick(life, at)?.data);
      const image = pick(life, at);
      if ((url !== undefined) !== (data !== undefined && image !== undefined && isInUse(image, data)))
        throw new Error(`downloads ${url}`);
      const got = url === undefined ? undefined : world.bytes.objects.get(url.slice("memory:".length));
      if (data && (!got || Buffer.compare(got, data.bytes) !== 0))
        throw new Error("other bytes were downloaded");
    },
  }),
);

export const uploadMoves = { store, complete, abort, look, download };
