import type { BitInput } from "./bit-input.ts";
import { bzip2Damaged } from "./bzip2-damaged.ts";

export const MAX_CODE_BITS = 20;
/** Codes that are no longer are looked up in one step. */
const FAST_BITS = 10;
const SYMBOL_BITS = 9;

/** Reads symbols of a code that is said by the bits of each symbol. */
export function huffmanCode(lengths: Uint8Array): (bits: BitInput) => number {
  const symbols = new Uint16Array(lengths.length);
  // Of each length: the codes below this, left-aligned, are no longer; and where its first symbol is.
  const limits = new Int32Array(MAX_CODE_BITS + 1);
  const offsets = new Int32Array(MAX_CODE_BITS + 1);
  const fast = new Uint16Array(1 << FAST_BITS);
  let code = 0;
  let placed = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    offsets[length] = placed - code;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      if (code >= 1 << length) throw bzip2Damaged("a code has too many symbols");
      if (length <= FAST_BITS) {
        const first = code << (FAST_BITS - length);
        fast.fill((length << SYMBOL_BITS) | symbol, first, first + (1 << (FAST_BITS - length)));
      }
      symbols[placed++] = symbol;
      code++;
    }
    limits[length] = code << (MAX_CODE_BITS - length);
    code <<= 1;
  }
  return (bits) => {
    const next = bits.peek(MAX_CODE_BITS);
    const found = fast[next >>> (MAX_CODE_BITS - FAST_BITS)] ?? 0;
    if (found !== 0) {
      bits.skip(found >>> SYMBOL_BITS);
      return found & ((1 << SYMBOL_BITS) - 1);
    }
    for (let length = FAST_BITS + 1; length <= MAX_CODE_BITS; length++)
      if (next < (limits[length] ?? 0)) {
        bits.skip(length);
        return symbols[(next >>> (MAX_CODE_BITS - length)) + (offsets[length] ?? 0)] ?? 0;
      }
    throw bzip2Damaged("there is no such code");
  };
}
