/** The name that is probably meant; undefined only when there are none. */
export const nearestName = (name: string, names: readonly string[]): string | undefined =>
  names.reduce<string | undefined>(
    (best, candidate) =>
      best === undefined || distance(candidate, name) < distance(best, name) ? candidate : best,
    undefined,
  );

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line++) {
    const above = row;
    row = [line];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (a[line - 1] === b[column - 1] ? 0 : 1);
      row.push(Math.min((above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1, replaced));
    }
  }
  return row[b.length] ?? 0;
}
