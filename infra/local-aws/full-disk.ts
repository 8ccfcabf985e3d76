import type { Advice } from "./advice.ts";
import { oneLine, placeOf, systemCode } from "./start-failure.ts";

/** Whether the error says that the disk, or this user's quota of it, is used up. */
export const isFull = (error: unknown): boolean => ["ENOSPC", "EDQUOT"].includes(systemCode(error) ?? "");

/** So long nothing more is said: every call fails while it lasts. */
const quietMilliseconds = 60_000;
let quietUntil = 0;

/** Says on the terminal that the disk is full, and where, once in a minute. False for any other error. */
export function reportFullDisk(
  error: unknown,
  place: string,
  { room }: Advice = {},
  now = Date.now(),
): boolean {
  if (!isFull(error)) return false;
  if (now >= quietUntil) {
    quietUntil = now + quietMilliseconds;
    const where = placeOf(error) ?? place;
    process.stderr.write(
      `The disk is full: nothing can be stored at ${where} until there is space again; what is stored stays. ` +
        `Free some space there.${room === undefined ? "" : ` ${room}`} (${oneLine(error)})\n`,
    );
  }
  return true;
}
