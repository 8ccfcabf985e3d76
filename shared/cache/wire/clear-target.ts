import { BadRequest } from "../../errors.ts";
import { ownValue } from "../../own-value.ts";
import type { ClearTarget } from "../operations/clear-cache.ts";

const targets: Readonly<Record<string, ClearTarget>> = { "": "both", cache: "cache", queue: "queue" };

/** The header `x-image-cache-clear-target`, in any case; absent or empty is both. Throws BadRequest. */
export function readClearTarget(header: string | undefined): ClearTarget {
  const target = ownValue(targets, (header ?? "").toLowerCase());
  if (target === undefined)
    throw new BadRequest(
      "If provided 'x-image-cache-clear-target' must be 'cache', 'queue' or empty string.",
    );
  return target;
}
