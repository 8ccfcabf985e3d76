import { createHash } from "node:crypto";
import type { StoredPart } from "../../ports/presigning-store.ts";

/** Tells these stored parts from others of the same numbers: by their ETags, in their order. */
export function partsMark(parts: readonly Pick<StoredPart, "number" | "etag">[]): string {
  const ordered = parts.toSorted((one, other) => one.number - other.number);
  return createHash("sha256")
    .update(ordered.map(({ number, etag }) => `${number} ${etag}\n`).join(""))
    .digest("hex");
}
