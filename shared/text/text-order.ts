/** Of a UTF-16 code unit, by code point: surrogates stand for what comes behind all other characters. */
const rank = (unit: number): number => {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
};

/**
 * Compares texts by their code points, which is the order of their bytes in UTF-8, too: that of DynamoDB's sort
 * keys. JavaScript's own `<` goes by UTF-16 code units and puts U+1F600 before U+FF21.
 */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  const shorter = Math.min(one.length, other.length);
  for (let at = 0; at < shorter; at++) {
    const difference = one.charCodeAt(at) - other.charCodeAt(at);
    if (difference !== 0) return rank(one.charCodeAt(at)) - rank(other.charCodeAt(at));
  }
  return one.length - other.length;
}
