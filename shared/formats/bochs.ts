import type { FormatInspector } from "./format-inspector.ts";
import { hasSignature } from "./header-fields.ts";

// Layout: QEMU, block/bochs.c. Type and subtype are padded texts of 16 bytes.
const SUBTYPE_OFFSET = 48;

/** Bochs' redolog: a whole disk if it is a growing one, else only what a session changed. */
export const bochs: FormatInspector = {
  name: "bochs",
  declareAs: undefined,
  qemuName: "bochs",
  recognises: ({ head }) => hasSignature(head, 0, "Bochs Virtual HD Image"),
  examine: ({ head }) => ({
    virtualSize: 0,
    failures: hasSignature(head, SUBTYPE_OFFSET, "Growing\0")
      ? []
      : [{ check: "parent", found: "holds only the difference to a base disk", remedy: MERGE }],
  }),
};

const MERGE = "Commit it into its base disk with bximage, and upload that disk as raw.";
