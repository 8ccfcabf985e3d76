import type { Location, StoredBytes } from "../../images/domain/location.ts";

/** A copy that is being made; how far it came is true whenever it is read. */
export interface CopyUnderWay {
  readonly key: string;
  /** Absent until the upload was begun. */
  readonly upload_id?: string;
  /** Its `etag` is that of the moment at which the copy was begun. */
  readonly source: Location;
  readonly part_bytes: number;
  /** All parts but the last are stored as pieces, too: objects of their own, which readers follow. */
  readonly pieces?: true;
  /** So many bytes are stored, in whole parts. */
  readonly offset: number;
  /** States of the hashes of those bytes; absent at offset 0. */
  readonly md5?: string;
  readonly sha512?: string;
  /** Of the ETags of the stored parts (`parts-mark.ts`); absent at offset 0. */
  readonly parts_mark?: string;
}

/** How long a reader may take to begin with a piece; pieces of a finished copy stay as long. */
export const PIECE_URL_SECONDS = 300;

/** All parts but the last: that one is held back from readers until the whole is verified. */
export const pieceCount = ({ part_bytes }: Pick<CopyUnderWay, "part_bytes">, size: number): number =>
  Math.max(0, Math.ceil(size / part_bytes) - 1);

/** Why the last attempt brought no copy. */
export interface CopyFailure {
  readonly reason: string;
  /** Attempts that failed one after the other; counted until there is a copy. */
  readonly times: number;
  /** ISO 8601: no further attempt before. */
  readonly retry_at: string;
  /** Places whose bytes are not those that the image's record tells of: another attempt would find the same. */
  readonly damaged?: readonly StoredBytes[];
  /** All places are damaged: no further attempt, until the image has another place or an admin queues it. */
  readonly final?: true;
}

/** An image that waits to be cached, or is being copied. */
export interface QueuedImage {
  readonly image_id: string;
  readonly revision: number;
  /** ISO 8601. */
  readonly queued_at: string;
  /** ISO 8601: when its copy got somewhere last, or when it was queued. */
  readonly progress_at: string;
  /** ISO 8601: a run has it in hand until then, unless it says more. */
  readonly held_until?: string;
  /** ISO 8601: when the prefetcher has sent a message of it; gone as soon as a run takes it in hand. */
  readonly handed_at?: string;
  /** No place of our own has the bytes any more: only a copy can be served. */
  readonly needs_copy?: true;
  /** Somebody reads it while it is being copied: a copy that is begun then is made with pieces. */
  readonly is_followed?: true;
  readonly copy?: CopyUnderWay;
  readonly failure?: CopyFailure;
}

const MINUTE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;

/** Pauses of one minute, two, four, at most an hour. */
export const failureAfter = (
  before: CopyFailure | undefined,
  reason: string,
  now: Date,
): Pick<CopyFailure, "reason" | "times" | "retry_at"> => {
  const times = (before?.times ?? 0) + 1;
  const pause = Math.min(LONGEST_PAUSE_MS, MINUTE_MS * 2 ** Math.min(times - 1, 10));
  return { reason: reason.slice(0, 500), times, retry_at: new Date(now.getTime() + pause).toISOString() };
};

/** Whether an attempt may be made: none has failed lately, and none has found that there is no use in another. */
export const mayTryAgain = ({ failure }: QueuedImage, now: Date): boolean =>
  failure === undefined || (failure.final !== true && failure.retry_at <= now.toISOString());

/** Whether a run is at work on it. */
export const isHeld = ({ held_until }: QueuedImage, now: Date): boolean =>
  held_until !== undefined && held_until > now.toISOString();

/** Longer than a message is invisible that a worker has (1,000 s): until then another one would only wait beside it. */
const HANDED_MS = 20 * MINUTE_MS;

/** Whether a message of it waits for a worker. */
export const isHandedOn = ({ handed_at }: QueuedImage, now: Date): boolean =>
  handed_at !== undefined && Date.parse(handed_at) + HANDED_MS > now.getTime();

/** Whether nothing came of it for so long that nothing will. */
export const isStalled = ({ progress_at }: QueuedImage, now: Date, stallSeconds: number): boolean =>
  Date.parse(progress_at) + stallSeconds * 1000 < now.getTime();
