const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** S3 user guide, multipart upload limits: parts 1 to 10,000, each 5 MiB (but the last) to 5 GiB. */
export const MAX_PARTS = 10_000;
export const MIN_PART_BYTES = 5 * MIB;
export const MAX_PART_BYTES = 5 * GIB;
/** 48.8 TiB: S3's largest object. */
export const MAX_OBJECT_BYTES = MAX_PARTS * MAX_PART_BYTES;
