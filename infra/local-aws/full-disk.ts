import { oneLine, placeOf, systemCode } from "./start-failure.ts";

/** Whether the error says that the disk, or this user's quota of it, is used up. */
export const isFull = (error: unknown): boolean => ["ENOSPC", "EDQUOT"].includes(systemCode(error) ?? "");

/** What makes room. Deleting alone mostly does not: what is deleted is kept for a while. */
export const roomAdvice =
  "Free some space there. Deleted images give theirs back after deleted_bytes_retention_days (7, unless set; with 0 at once)";

/** So long nothing more is said: every call fails while it lasts. */
const quietMilliseconds = 60_000;
let quietUntil = 0;

/** Says on the terminal that the disk is full, and where, once in a minute. False for any other error. */
export function reportFullDisk(error: unknown, place: string, now = Date.now()): boolean {
  if (!isFull(error)) return false;
  if (now >= quietUntil) {
    quietUntil = now + quietMilliseconds;
    const where = placeOf(error) ?? place;
    process.stderr.write(
      `The disk is full: nothing can be stored at ${where} until there is space again; what is stored stays. ${roomAdvice}. ` +
        `(${oneLine(error)})\n`,
    );
  }
  return true;
}
