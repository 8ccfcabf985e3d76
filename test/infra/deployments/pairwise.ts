/** Names of choices with what there is to choose from, by index. */
export type Choices = readonly (readonly unknown[])[];

type Row = readonly number[];

/** All pairs of values of two choices, as texts. */
function pairsOf(row: Row): string[] {
  return row.flatMap((one, at) =>
    row.slice(at + 1).map((other, more) => `${at}:${one} ${at + 1 + more}:${other}`),
  );
}

function allRows(choices: Choices): Row[] {
  return choices.reduce<Row[]>(
    (rows, values) => rows.flatMap((row) => values.map((_, index) => [...row, index])),
    [[]],
  );
}

/**
 * Rows of indexes in which each pair of values that any possible row has comes at least once: the greedy choice, the same
 * each time. `isPossible` says which rows there can be.
 */
export function pairwise(choices: Choices, isPossible: (row: Row) => boolean): Row[] {
  const possible = allRows(choices)
    .filter(isPossible)
    .map((row) => ({ row, pairs: pairsOf(row) }));
  const missing = new Set(possible.flatMap(({ pairs }) => pairs));
  const rows: Row[] = [];
  while (missing.size > 0) {
    let best = { row: [] as Row, pairs: [] as string[], news: 0 };
    for (const { row, pairs } of possible) {
      const news = pairs.reduce((sum, pair) => sum + (missing.has(pair) ? 1 : 0), 0);
      if (news > best.news) best = { row, pairs, news };
    }
    rows.push(best.row);
    for (const pair of best.pairs) missing.delete(pair);
  }
  return rows;
}
