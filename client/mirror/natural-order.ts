const pieces = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
const isNumber = (text: string): boolean => /^\d/.test(text);

/** Orders versions as people do: `0.6.10` after `0.6.9`. */
export function naturalOrder(a: string, b: string): number {
  const [left, right] = [pieces(a), pieces(b)];
  for (const [at, piece] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    if (piece === other) continue;
    if (!isNumber(piece) || !isNumber(other)) return piece < other ? -1 : 1;
    const [x, y] = [BigInt(piece), BigInt(other)];
    if (x !== y) return x < y ? -1 : 1;
  }
  return left.length < right.length ? -1 : 0;
}
