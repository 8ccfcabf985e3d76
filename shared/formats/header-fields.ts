import { MalformedImage } from "./malformed-image.ts";

/** Whether the bytes at `offset` are those of `signature`, one character a byte; false where the data ends first. */
export function hasSignature(bytes: Uint8Array, offset: number, signature: string): boolean {
  for (let i = 0; i < signature.length; i++) {
    if (bytes[offset + i] !== signature.charCodeAt(i)) return false;
  }
  return true;
}

/** The fields of a header; the caller has made sure that it is long enough. */
export function fieldsOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A u64 field as a number. Throws MalformedImage above 2^53 - 1: no real disk, and no exact number. */
export function wholeNumber(value: bigint, what: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new MalformedImage(`its ${what} is impossibly large`);
  return Number(value);
}
