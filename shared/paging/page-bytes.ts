/** Lambda answers at most 6 MB, with headers and what is around the body. */
export const MAX_ANSWER_BYTES = 6_000_000;

/** A page ends before that, with `next`. */
export const PAGE_BYTES = 5_000_000;

/** What an entry takes of a function's answer, where the page is JSON within a JSON string. */
export const answerBytes = (entry: unknown): number =>
  Buffer.byteLength(JSON.stringify(JSON.stringify(entry)));
