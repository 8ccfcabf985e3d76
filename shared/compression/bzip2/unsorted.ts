import type { Block } from "./read-block.ts";

const PIECE_BYTES = 256 * 1024;

/** bzip2's CRC-32 has its highest bit first. */
const crcTable = (): Int32Array =>
  Int32Array.from({ length: 256 }, (_, byte) => {
    let value = byte << 24;
    for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
    return value;
  });

/** For each byte, where the byte behind it stands: in the upper 24 bits of the column. */
function link(column: Uint32Array, length: number): void {
  const places = new Uint32Array(257);
  for (let index = 0; index < length; index++) {
    const next = (column[index] ?? 0) + 1;
    places[next] = (places[next] ?? 0) + 1;
  }
  for (let byte = 1; byte < 257; byte++) places[byte] = (places[byte] ?? 0) + (places[byte - 1] ?? 0);
  for (let index = 0; index < length; index++) {
    const byte = (column[index] ?? 0) & 0xff;
    const place = places[byte] ?? 0;
    places[byte] = place + 1;
    column[place] = ((column[place] ?? 0) | (index << 8)) >>> 0;
  }
}

/** What undoes blocks: the bytes of one in pieces, and at their end what their checksum is. */
export function unsorter() {
  const table = crcTable();
  return function* unsorted(column: Uint32Array, { length, origin }: Block): Generator<Buffer, number> {
    link(column, length);
    let entry = column[origin] ?? 0;
    let piece = Buffer.allocUnsafe(PIECE_BYTES);
    let filled = 0;
    let crc = -1;
    let last = -1;
    let same = 0;
    for (let index = 0; index < length; index++) {
      entry = column[entry >>> 8] ?? 0;
      const byte = entry & 0xff;
      let value = byte;
      let times = 1;
      // Four equal bytes are followed by how many more there are.
      if (same === 4) {
        value = last;
        times = byte;
        same = 0;
        last = -1;
      } else if (byte === last) same++;
      else {
        same = 1;
        last = byte;
      }
      for (; times > 0; times--) {
        crc = (crc << 8) ^ (table[((crc >>> 24) ^ value) & 0xff] ?? 0);
        piece[filled++] = value;
        if (filled < PIECE_BYTES) continue;
        yield piece;
        piece = Buffer.allocUnsafe(PIECE_BYTES);
        filled = 0;
      }
    }
    if (filled > 0) yield piece.subarray(0, filled);
    return ~crc >>> 0;
  };
}
