import type { FormatInspector } from "./format-inspector.ts";

/** What is left when nothing else is recognised. */
export const raw: FormatInspector = {
  name: "raw",
  declareAs: "raw",
  recognises: () => true,
  examine: (image) => ({ virtualSize: image.size, failures: [] }),
};
