import { BadRequest } from "../errors.ts";
import { answerBytes, PAGE_BYTES } from "./page-bytes.ts";

/** One page of a list. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** There is at least one more. */
  readonly more: boolean;
}

// A handler must answer within the gateway's 29 s.
const SEARCH_BUDGET_MS = 20_000;

/** A search has taken all the time that a request has. */
class OutOfTime extends Error {}

/** To be asked at each step of a search: throws when the time that a request has is over, which ends its page. */
export function searchBudget(clock: () => Date): () => void {
  const deadline = clock().getTime() + SEARCH_BUDGET_MS;
  return () => {
    if (clock().getTime() > deadline) throw new OutOfTime();
  };
}

/**
 * Fills one page of at most `limit` entries, and of no more bytes than an answer may have; never an empty one that
 * claims more, at which clients would stop. Out of time (`searchBudget`) it ends early when it has something, and throws
 * BadRequest with `tooSlow` when it has nothing. An entry that comes twice counts once.
 */
export async function fillPage<Entry extends { readonly id: string }>(
  found: AsyncIterable<Entry>,
  { limit, tooSlow }: { readonly limit: number; readonly tooSlow: string },
): Promise<Page<Entry>> {
  const page = new Map<string, Entry>();
  const ended = (more: boolean): Page<Entry> => ({ entries: [...page.values()], more });
  let bytes = 0;
  try {
    for await (const entry of found) {
      // Renamed between two reads of the index, an entry comes twice.
      if (page.has(entry.id)) continue;
      bytes += answerBytes(entry);
      if (page.size === limit || (page.size > 0 && bytes > PAGE_BYTES)) return ended(true);
      page.set(entry.id, entry);
    }
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    if (page.size === 0) throw new BadRequest(tooSlow);
    return ended(true);
  }
  return ended(false);
}
