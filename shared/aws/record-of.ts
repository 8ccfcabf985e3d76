/** What an item says, without its key and version. */
export function recordOf<Kind>(item: Record<string, unknown>): Kind {
  const { pk, sk, v, ...record } = item;
  return record as unknown as Kind;
}
