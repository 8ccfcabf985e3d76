import type { FormatInspector } from "./format-inspector.ts";
import { hasSignature } from "./header-fields.ts";
import { convertWith } from "./remedies.ts";

/** Recognised only to be refused: it can name a backing file, and nobody maintains it. */
export const qed: FormatInspector = {
  name: "qed",
  declareAs: undefined,
  qemuName: "qed",
  recognises: ({ head }) => hasSignature(head, 0, "QED\0"),
  examine: () => ({
    virtualSize: 0,
    failures: [
      {
        check: "banned",
        found: "may name a backing file, so it is never allowed",
        remedy: convertWith("qed", "qcow2"),
      },
    ],
  }),
};
