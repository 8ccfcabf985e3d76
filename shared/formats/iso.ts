import type { FormatInspector } from "./format-inspector.ts";
import { fieldsOf, hasSignature } from "./header-fields.ts";

// ECMA-119 (ISO 9660) and ECMA-167 (UDF): the first volume descriptor follows a system area of 16 sectors. A volume
// with UDF alone begins with BEA01, its NSR descriptor comes after it.
const DESCRIPTOR_OFFSET = 32 * 1024;
const DESCRIPTOR_BYTES = 2048;
const IDENTIFIERS = ["CD001", "NSR02", "NSR03", "BEA01"];
const PRIMARY_VOLUME = 1;

export const iso: FormatInspector = {
  name: "iso",
  declareAs: "iso",
  qemuName: "raw",
  plain: true,
  recognises: ({ head }) =>
    head.length >= DESCRIPTOR_OFFSET + DESCRIPTOR_BYTES &&
    IDENTIFIERS.some((identifier) => hasSignature(head, DESCRIPTOR_OFFSET + 1, identifier)),
  examine({ head }) {
    const descriptor = fieldsOf(head.subarray(DESCRIPTOR_OFFSET));
    const primary = descriptor.getUint8(0) === PRIMARY_VOLUME;
    const bytes = descriptor.getUint32(80, true) * descriptor.getUint16(128, true);
    return { virtualSize: primary ? bytes : 0, failures: [] };
  },
};
