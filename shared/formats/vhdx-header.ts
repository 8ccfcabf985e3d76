import { crc32c } from "./crc32c.ts";
import { fieldsOf, hasSignature } from "./header-fields.ts";
import { MalformedImage } from "./malformed-image.ts";

// Layout: Microsoft MS-VHDX 2.2.2. Little-endian.
export const HEADER_BYTES = 4 * 1024;
const CHECKSUM = 4;
const CHECKSUM_BYTES = 4;
const LOG_GUID = 48;
const GUID_BYTES = 16;

/**
 * Whether the log of the image must be replayed before its other parts mean anything. Of the two headers the valid
 * one with the greater sequence number counts. Throws MalformedImage if none is valid.
 */
export function hasLog(headers: readonly Uint8Array[]): boolean {
  const [current] = headers.filter(isValid).sort((one, other) => (sequence(one) < sequence(other) ? 1 : -1));
  if (current === undefined) throw new MalformedImage("it has no valid header");
  return current.subarray(LOG_GUID, LOG_GUID + GUID_BYTES).some((byte) => byte !== 0);
}

const sequence = (header: Uint8Array): bigint => fieldsOf(header).getBigUint64(8, true);

function isValid(header: Uint8Array): boolean {
  if (!hasSignature(header, 0, "head")) return false;
  const cleared = header.slice();
  cleared.fill(0, CHECKSUM, CHECKSUM + CHECKSUM_BYTES);
  return crc32c(cleared) === fieldsOf(header).getUint32(CHECKSUM, true);
}
