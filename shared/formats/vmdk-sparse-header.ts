import { fieldsOf, hasSignature } from "./header-fields.ts";

/** The part of a hosted sparse extent header that matters here; places and lengths in sectors. */
export interface SparseHeader {
  readonly signed: boolean;
  readonly version: number;
  readonly capacity: bigint;
  readonly descriptorOffset: bigint;
  readonly descriptorLength: bigint;
  /** The grain directory is located by a footer, which then counts instead of the header. */
  readonly hasFooter: boolean;
}

export const SPARSE_HEADER_BYTES = 64;
export const SPARSE_SIGNATURE = "KDMV";

const GRAIN_DIRECTORY_AT_END = 0xffff_ffff_ffff_ffffn;

/** Reads a header of at least SPARSE_HEADER_BYTES (VMware, Virtual Disk Format 5.0). Little-endian. */
export function sparseHeader(bytes: Uint8Array): SparseHeader {
  const fields = fieldsOf(bytes);
  return {
    signed: hasSignature(bytes, 0, SPARSE_SIGNATURE),
    version: fields.getUint32(4, true),
    capacity: fields.getBigUint64(12, true),
    descriptorOffset: fields.getBigUint64(28, true),
    descriptorLength: fields.getBigUint64(36, true),
    hasFooter: fields.getBigUint64(56, true) === GRAIN_DIRECTORY_AT_END,
  };
}
