import type { FormatInspector } from "./format-inspector.ts";
import { fieldsOf, hasSignature, wholeNumber } from "./header-fields.ts";

const HEADER_BYTES = 512;

export const vdi: FormatInspector = {
  name: "vdi",
  declareAs: "vdi",
  recognises: ({ head }) => head.length >= HEADER_BYTES && hasSignature(head, 0x40, "\x7f\x10\xda\xbe"),
  examine: ({ head }) => ({
    virtualSize: wholeNumber(fieldsOf(head).getBigUint64(0x170, true), "virtual size"),
    failures: [],
  }),
};
