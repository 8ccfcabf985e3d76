import { MIN_PART_BYTES } from "../../../aws/multipart-limits.ts";
import { backoff } from "../../../aws/retry.ts";
import { PartsRefused, type StoredPart } from "../../ports/presigning-store.ts";
import type { Segment } from "./part-segments.ts";

/** Some three seconds in all. */
const LOOKS = 8;

/** The first part that is not stored as it is named. */
const unlike = (
  segments: ReadonlyMap<number, Segment>,
  parts: readonly Pick<StoredPart, "number" | "etag">[],
) => parts.find(({ number, etag }) => segments.get(number)?.etag !== etag);

/**
 * The segments of these parts. Listings of containers follow the objects late when the cluster is busy: a part that is
 * missing or another one is looked for again. Throws PartsRefused for none, out of order, missing, changed or too
 * small: the smallest part is that of S3 here too, so that one part plan is good for all stores.
 */
export async function chooseSegments(
  list: () => Promise<readonly Segment[]>,
  parts: readonly Pick<StoredPart, "number" | "etag">[],
): Promise<readonly Segment[]> {
  const refused = (why: string) => new PartsRefused(`The stored parts do not make the object: ${why}.`);
  if (parts.length === 0) throw refused("there are none");
  if (parts.some(({ number }, index) => index > 0 && number <= (parts[index - 1]?.number ?? 0)))
    throw refused("they are not in order");
  for (let look = 1; ; look++) {
    const stored = new Map((await list()).map((segment) => [segment.number, segment]));
    const wrong = unlike(stored, parts);
    if (wrong === undefined) {
      const chosen = parts.flatMap(({ number }) => stored.get(number) ?? []);
      const small = chosen.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES);
      if (small) throw refused(`part ${small.number} is too small`);
      return chosen;
    }
    if (look === LOOKS) throw refused(`part ${wrong.number} is missing or changed`);
    await backoff(look + 2);
  }
}
