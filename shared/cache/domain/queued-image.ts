import type { Location } from "../../images/domain/location.ts";

/** A copy that is being made; how far it came is true whenever it is read. */
export interface CopyUnderWay {
  readonly key: string;
  /** Absent until the upload was begun. */
  readonly upload_id?: string;
  readonly source: Location;
  readonly part_bytes: number;
  /** So many bytes are stored, in whole parts. */
  readonly offset: number;
  /** States of the hashes of those bytes; absent at offset 0. */
  readonly md5?: string;
  readonly sha512?: string;
}

/** Why the last attempt brought no copy. */
export interface CopyFailure {
  readonly reason: string;
  readonly times: number;
  /** ISO 8601: no further attempt before. */
  readonly retry_at: string;
  /** The bytes are not those that the image's record tells of: another attempt would find the same. */
  readonly damaged?: true;
}

/** An image that waits to be cached, or is being copied. */
export interface QueuedImage {
  readonly image_id: string;
  readonly revision: number;
  /** ISO 8601. */
  readonly queued_at: string;
  /** ISO 8601: when its copy got somewhere last, or when it was queued. */
  readonly progress_at: string;
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
): Omit<CopyFailure, "damaged"> => {
  const times = (before?.times ?? 0) + 1;
  const pause = Math.min(LONGEST_PAUSE_MS, MINUTE_MS * 2 ** Math.min(times - 1, 10));
  return { reason: reason.slice(0, 500), times, retry_at: new Date(now.getTime() + pause).toISOString() };
};

/** Whether an attempt may be made: none has failed lately. */
export const mayTryAgain = ({ failure }: QueuedImage, now: Date): boolean =>
  failure === undefined || failure.retry_at <= now.toISOString();

/** Whether nothing came of it for so long that nothing will. */
export const isStalled = ({ progress_at }: QueuedImage, now: Date, stallSeconds: number): boolean =>
  Date.parse(progress_at) + stallSeconds * 1000 < now.getTime();
