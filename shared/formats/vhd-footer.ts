import { fieldsOf, hasSignature, wholeNumber } from "./header-fields.ts";

/** What a VHD's footer says; a dynamic disk begins with a copy of it. */
export interface VhdFooter {
  readonly type: number;
  /** Where the dynamic disk header lies. */
  readonly dataOffset: bigint;
  /** Bytes of the disk, as qemu-img says. */
  readonly virtualSize: number;
}

export const FOOTER_BYTES = 512;
export const FIXED = 2;
export const DYNAMIC = 3;
export const DIFFERENCING = 4;

const SECTOR_BYTES = 512;
const MAX_GEOMETRY_SECTORS = 65535 * 16 * 255;
/** Programs whose current size counts; with others the disk is as large as its geometry (QEMU, block/vpc.c). */
const TRUE_SIZE_CREATORS = ["win ", "qem2", "d2v ", "tap\0", "CTXS", "wa\0\0"];

export function isFooter(bytes: Uint8Array): boolean {
  return bytes.length >= FOOTER_BYTES && hasSignature(bytes, 0, "conectix");
}

/** Reads a footer of FOOTER_BYTES (Microsoft, Virtual Hard Disk Image Format 1.0). Throws MalformedImage. */
export function vhdFooter(bytes: Uint8Array): VhdFooter {
  const fields = fieldsOf(bytes);
  // Not the original size at 40: a disk that was resized still says there how it was made.
  const currentSize = wholeNumber(fields.getBigUint64(48), "virtual size");
  const sectors = fields.getUint16(56) * fields.getUint8(58) * fields.getUint8(59);
  const isTrueSize =
    sectors === MAX_GEOMETRY_SECTORS || TRUE_SIZE_CREATORS.some((name) => hasSignature(bytes, 28, name));
  return {
    type: fields.getUint32(60),
    dataOffset: fields.getBigUint64(16),
    virtualSize: isTrueSize ? currentSize - (currentSize % SECTOR_BYTES) : sectors * SECTOR_BYTES,
  };
}
