/**
 * Does `work` with each, so many at a time, in their order. No more are begun when one says false, or fails; the first
 * failure comes through when nothing is under way any more. Returns whether all are done.
 */
export async function eachAtOnce<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<unknown>,
): Promise<boolean> {
  const left = items[Symbol.iterator]();
  let goesOn = true;
  const worker = async () => {
    try {
      for (let next = left.next(); goesOn && !next.done; next = left.next())
        if ((await work(next.value)) === false) goesOn = false;
    } catch (error) {
      goesOn = false;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return goesOn;
}
