/** Lambda answers at most 6 MB: a page ends before it, with `next`. */
export const PAGE_BYTES = 5_000_000;

/** What an entry takes of a function's answer, where the page is JSON within a JSON string. */
export const answerBytes = (entry: unknown): number =>
  Buffer.byteLength(JSON.stringify(JSON.stringify(entry)));
