import type { Image } from "../../../images/domain/image.ts";

/** Verification comes within minutes; what is still without it after this is the audit's to read. */
const VERIFICATION_MS = 3600_000;

/**
 * An image is read again when this much of the interval has gone since the last look, and a pass over all of them
 * begins this often: so it is reached in time as long as a pass takes less than the rest, an eighth of the interval.
 */
const DUE_AFTER = 3 / 4;
const PASS_EVERY = 1 / 8;

export const passSeconds = (intervalSeconds: number): number => intervalSeconds * PASS_EVERY;
export const dueSeconds = (intervalSeconds: number): number => intervalSeconds * DUE_AFTER;

/** When all bytes were last read and compared; undefined: never. ISO 8601. */
export function lastLook({ integrity: { verified_at = "", audited_at = "" } }: Image): string | undefined {
  const last = verified_at > audited_at ? verified_at : audited_at;
  return last === "" ? undefined : last;
}

/** Since when an image waits for a look: the last one, or its bytes' arrival. */
export const waitsSince = (image: Image): string =>
  lastLook(image) ?? image.integrity.stated_at ?? image.created_at;

export interface AuditTime {
  readonly now: Date;
  /** ISO 8601. */
  readonly passBeganAt: string;
  readonly intervalSeconds: number;
  /** Everything is to be read that this pass has not read yet, however long ago it was. */
  readonly all: boolean;
}

/** Whether an image's bytes are to be read in this pass. */
export function isDue(image: Image, { now, passBeganAt, intervalSeconds, all }: AuditTime): boolean {
  const last = lastLook(image);
  if (all) return last === undefined || last < passBeganAt;
  const ageMs = now.getTime() - Date.parse(waitsSince(image));
  return ageMs >= (last === undefined ? VERIFICATION_MS : dueSeconds(intervalSeconds) * 1000);
}
