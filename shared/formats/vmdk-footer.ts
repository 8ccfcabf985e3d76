import { fieldsOf } from "./header-fields.ts";
import type { RangedReader } from "./ranged-reader.ts";
import { type SparseHeader, sparseHeader } from "./vmdk-sparse-header.ts";

const SECTOR_BYTES = 512;
const FOOTER_BYTES = 3 * SECTOR_BYTES; // footer marker, footer, end-of-stream marker
const MARKER_END_OF_STREAM = 0;
const MARKER_FOOTER = 3;

/**
 * Why the footer, which readers trust more than the header, does not repeat the header; undefined if it does.
 * Capacity is compared as well: the virtual size was taken from the header.
 */
export async function footerFault(image: RangedReader, header: SparseHeader): Promise<string | undefined> {
  // QEMU counts whole sectors from the end: in a file of odd length it would read another footer than this one.
  if (image.size % SECTOR_BYTES !== 0 || image.size < FOOTER_BYTES) return "has no room for its footer";
  const end = await image.exactly(image.size - FOOTER_BYTES, FOOTER_BYTES, "footer");
  const footer = sparseHeader(end.subarray(SECTOR_BYTES));
  if (
    footer.signed !== header.signed ||
    footer.version !== header.version ||
    footer.capacity !== header.capacity ||
    footer.descriptorOffset !== header.descriptorOffset ||
    footer.descriptorLength !== header.descriptorLength
  ) {
    return "has a footer that contradicts its header";
  }
  if (footer.hasFooter) return "has a footer that points to another footer";
  // Bytes 0-7 of the footer's marker hold its length in sectors; those of the last one must be zero.
  if (!isMarker(end.subarray(0, SECTOR_BYTES), MARKER_FOOTER)) return "has an invalid footer marker";
  const last = end.subarray(2 * SECTOR_BYTES);
  if (!isMarker(last, MARKER_END_OF_STREAM) || fieldsOf(last).getBigUint64(0) !== 0n) {
    return "has an invalid end-of-stream marker";
  }
  return undefined;
}

function isMarker(sector: Uint8Array, type: number): boolean {
  const fields = fieldsOf(sector);
  return (
    fields.getUint32(8, true) === 0 &&
    fields.getUint32(12, true) === type &&
    sector.subarray(16).every((byte) => byte === 0)
  );
}
