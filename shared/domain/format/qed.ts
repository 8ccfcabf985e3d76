import type { FormatInspector } from "./format-inspector.ts";
import { hasSignature } from "./header-fields.ts";

const HEADER_BYTES = 512;

/** Recognised only to be refused: it can name a backing file, and nobody maintains it. */
export const qed: FormatInspector = {
  name: "qed",
  declareAs: undefined,
  recognises: ({ head }) => head.length >= HEADER_BYTES && hasSignature(head, 0, "QED\0"),
  examine: () => ({
    virtualSize: 0,
    failures: [{ check: "banned", found: "is of a format that is never allowed" }],
  }),
};
