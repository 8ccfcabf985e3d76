import type { FormatInspector } from "./format-inspector.ts";
import { fieldsOf, hasSignature, wholeNumber } from "./header-fields.ts";

// Layout: QEMU, docs/interop/parallels.txt. Little-endian.
const SHORT_SIZE = "WithoutFreeSpace";
const LONG_SIZE = "WithouFreSpacExt";
const SECTOR_BYTES = 512n;

/** Parallels' expandable image. Its parent, if it has one, is named by another file: the image names none. */
export const parallels: FormatInspector = {
  name: "ploop",
  declareAs: "ploop",
  qemuName: "parallels",
  recognises: ({ head }) => hasSignature(head, 0, SHORT_SIZE) || hasSignature(head, 0, LONG_SIZE),
  examine({ head }) {
    const sectors = fieldsOf(head).getBigUint64(36, true);
    const counted = hasSignature(head, 0, LONG_SIZE) ? sectors : BigInt.asUintN(32, sectors);
    return { virtualSize: wholeNumber(counted * SECTOR_BYTES, "virtual size"), failures: [] };
  },
};
