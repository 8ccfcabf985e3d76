/**
 * Runs `work` for each item, as many at a time as `limit` says at that moment. The first failure ends the others
 * through their signal, and is thrown once nothing runs any more.
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  limit: () => number,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const running = new Set<Promise<void>>();
  for (const item of items) {
    while (running.size >= limit() && !both.aborted) await Promise.race(running);
    if (both.aborted) break;
    const run = work(item, both)
      .catch((error: unknown) => stop.abort(error))
      .finally(() => running.delete(run));
    running.add(run);
  }
  await Promise.all(running);
  both.throwIfAborted();
}
