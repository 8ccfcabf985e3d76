import type { FormatInspector } from "./format-inspector.ts";

/** What is left when nothing else is recognised. */
export const raw: FormatInspector = {
  name: "raw",
  declareAs: "raw",
  qemuName: "raw",
  plain: true,
  recognises: () => true,
  examine: (image) => ({ virtualSize: image.size, failures: [] }),
};
