import { forgetChances, RangeDecoder, unknownChances } from "./range-decoder.ts";
import type { Window } from "./window.ts";
import { xzDamaged } from "./xz-damaged.ts";

const STATES = 12;
/** From this state on the last symbol was a repetition. */
const AFTER_MATCH = 7;
const POSITION_BITS = 4;
const POSITIONS = 1 << POSITION_BITS;
const MIN_MATCH = 2;
const LITERAL_CHANCES = 0x300;
const FIRST_DIRECT_SLOT = 14;
const SLOTS = 64;
/** From here on copying by the engine is faster than byte by byte. */
const LONG_COPY = 32;
const ALIGN_BITS = 4;
/** Slots of distances depend on the length up to this. */
const LENGTHS_OF_SLOTS = 4;
// Of a length: two choices, then three bits for each position twice, then eight bits.
const LENGTH = {
  second: 1,
  low: 2,
  mid: 2 + POSITIONS * 8,
  high: 2 + POSITIONS * 16,
  all: 2 + POSITIONS * 16 + 256,
};

/** What LZMA learns of its data, and undoes it by, one chunk after the other. */
export class LzmaDecoder {
  readonly #range = new RangeDecoder();
  readonly #window: Window;
  #literalContext = 0;
  #literalPositions = 0;
  #positionMask = 0;
  #state = 0;
  #last = [0, 0, 0, 0] as [number, number, number, number];
  readonly #isMatch = unknownChances(STATES * POSITIONS);
  readonly #isRepeated = unknownChances(STATES);
  readonly #isOlder = unknownChances(STATES);
  readonly #isThird = unknownChances(STATES);
  readonly #isFourth = unknownChances(STATES);
  readonly #isLong = unknownChances(STATES * POSITIONS);
  readonly #slots = unknownChances(LENGTHS_OF_SLOTS * SLOTS);
  readonly #special = unknownChances(128);
  readonly #align = unknownChances(1 << ALIGN_BITS);
  readonly #lengths = unknownChances(LENGTH.all);
  readonly #repeatedLengths = unknownChances(LENGTH.all);
  #literals = unknownChances(LITERAL_CHANCES);

  constructor(window: Window) {
    this.#window = window;
  }

  /** How literals and positions are used: one byte, as LZMA has them. */
  setProperties(byte: number): void {
    const positionBits = Math.floor(byte / 45);
    const literalPositions = Math.floor(byte / 9) % 5;
    const literalContext = byte % 9;
    if (positionBits > 4 || literalContext + literalPositions > 4)
      throw xzDamaged("a chunk's properties are none");
    this.#positionMask = (1 << positionBits) - 1;
    this.#literalPositions = literalPositions;
    this.#literalContext = literalContext;
    this.#literals = unknownChances(LITERAL_CHANCES << (literalContext + literalPositions));
    this.forget();
  }

  forget(): void {
    this.#state = 0;
    this.#last = [0, 0, 0, 0];
    for (const chances of [
      ...[this.#isMatch, this.#isRepeated, this.#isOlder, this.#isThird, this.#isFourth, this.#isLong],
      ...[this.#slots, this.#special, this.#align, this.#lengths, this.#repeatedLengths, this.#literals],
    ])
      forgetChances(chances);
  }

  /** Undoes a chunk, of which so many bytes come. */
  decode(chunk: Uint8Array, length: number): void {
    const range = this.#range;
    const { bytes, at: start, known, total, dictionaryBytes } = this.#window;
    const end = start + length;
    range.open(chunk);
    for (let at = start; at < end; ) {
      const position = total + at - start;
      const place = position & this.#positionMask;
      if (range.bit(this.#isMatch, (this.#state << POSITION_BITS) | place) === 0) {
        this.#literal(bytes, at++, position);
        continue;
      }
      const count = this.#match(place);
      if (count > end - at) throw xzDamaged("a repetition is longer than its chunk");
      const distance = this.#last[0] + 1;
      if (distance <= 0 || distance > known + at - start || distance > dictionaryBytes)
        throw xzDamaged("it repeats bytes from before its beginning");
      if (distance >= count && count >= LONG_COPY) bytes.copyWithin(at, at - distance, at - distance + count);
      else for (let to = at; to < at + count; to++) bytes[to] = bytes[to - distance] as number;
      at += count;
    }
    if (!range.isAtEnd) throw xzDamaged("a chunk has another length");
    this.#window.at = end;
  }

  #literal(bytes: Uint8Array, at: number, position: number): void {
    const range = this.#range;
    const before = position > 0 ? (bytes[at - 1] as number) : 0;
    const context =
      ((position & ((1 << this.#literalPositions) - 1)) << this.#literalContext) |
      (before >>> (8 - this.#literalContext));
    const from = context * LITERAL_CHANCES;
    let node = 1;
    if (this.#state >= AFTER_MATCH) {
      // As the byte at the last distance differs, its bits tell of this one's, up to the first other one.
      const distance = this.#last[0] + 1;
      let other = bytes[at - distance] ?? 0;
      let isSame = true;
      while (isSame && node < 0x100) {
        const theirs = (other >>> 7) & 1;
        other <<= 1;
        const bit = range.bit(this.#literals, from + ((1 + theirs) << 8) + node);
        node = (node << 1) | bit;
        isSame = bit === theirs;
      }
    }
    while (node < 0x100) node = (node << 1) | range.bit(this.#literals, from + node);
    bytes[at] = node;
    if (this.#state < 4) this.#state = 0;
    else this.#state -= this.#state < 10 ? 3 : 6;
  }

  /** How much is repeated; at which distance is the first of the last ones then. */
  #match(place: number): number {
    const range = this.#range;
    const last = this.#last;
    const isAfterMatch = this.#state >= AFTER_MATCH;
    if (range.bit(this.#isRepeated, this.#state) === 0) {
      const count = this.#length(this.#lengths, place);
      last[3] = last[2];
      last[2] = last[1];
      last[1] = last[0];
      last[0] = this.#distance(count);
      this.#state = isAfterMatch ? 10 : 7;
      return count;
    }
    if (range.bit(this.#isOlder, this.#state) === 0) {
      if (range.bit(this.#isLong, (this.#state << POSITION_BITS) | place) === 0) {
        this.#state = isAfterMatch ? 11 : 9;
        return 1;
      }
    } else {
      let distance = last[1];
      if (range.bit(this.#isThird, this.#state) === 1) {
        distance = last[2];
        if (range.bit(this.#isFourth, this.#state) === 1) {
          distance = last[3];
          last[3] = last[2];
        }
        last[2] = last[1];
      }
      last[1] = last[0];
      last[0] = distance;
    }
    this.#state = isAfterMatch ? 11 : 8;
    return this.#length(this.#repeatedLengths, place);
  }

  #length(chances: Uint16Array, place: number): number {
    const range = this.#range;
    if (range.bit(chances, 0) === 0) return MIN_MATCH + range.number(chances, LENGTH.low + place * 8, 3);
    if (range.bit(chances, LENGTH.second) === 0)
      return MIN_MATCH + 8 + range.number(chances, LENGTH.mid + place * 8, 3);
    return MIN_MATCH + 16 + range.number(chances, LENGTH.high, 8);
  }

  #distance(count: number): number {
    const range = this.#range;
    const lengths = Math.min(count - MIN_MATCH, LENGTHS_OF_SLOTS - 1);
    const slot = range.number(this.#slots, lengths * SLOTS, 6);
    if (slot < 4) return slot;
    const bits = (slot >>> 1) - 1;
    const high = (2 | (slot & 1)) << bits;
    if (slot < FIRST_DIRECT_SLOT) return high + range.reversed(this.#special, high - slot, bits);
    const middle = range.direct(bits - ALIGN_BITS) << ALIGN_BITS;
    return high + middle + range.reversed(this.#align, 0, ALIGN_BITS);
  }
}
