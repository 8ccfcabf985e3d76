import { randomBytes } from "node:crypto";

const TIME_DIGITS = 12;
/** Bits of version 7 and of the variant (RFC 9562, 5.7). */
const [VERSION, VARIANT] = ["7", 0x8000];

/**
 * A UUID of version 7: no two changes have the same, and they sort by their times. It names all that a change stages,
 * and its work record, so that each is found by the other.
 */
export function changeMark(at: Date): string {
  const time = at.getTime().toString(16).padStart(TIME_DIGITS, "0");
  const random = randomBytes(10);
  random.writeUInt16BE((random.readUInt16BE(2) & 0x3fff) | VARIANT, 2);
  const rest = random.toString("hex");
  return [
    time.slice(0, 8),
    time.slice(8),
    `${VERSION}${rest.slice(1, 4)}`,
    rest.slice(4, 8),
    rest.slice(8),
  ].join("-");
}
