import type { FormatInspector } from "./format-inspector.ts";
import { fieldsOf, hasSignature, wholeNumber } from "./header-fields.ts";

const HEADER_BYTES = 512;

/** Dynamic VHD: its footer is repeated at the start. A fixed VHD has it only at the end and counts as raw. */
export const vhd: FormatInspector = {
  name: "vhd",
  declareAs: "vhd",
  recognises: ({ head }) => hasSignature(head, 0, "conectix"),
  async examine(image) {
    const header = fieldsOf(await image.exactly(0, HEADER_BYTES, "header"));
    return { virtualSize: wholeNumber(header.getBigUint64(40), "virtual size"), failures: [] };
  },
};
