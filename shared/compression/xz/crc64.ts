/** The checksum that xz has unless told otherwise (ECMA-182), as eight bytes. */
export function crc64() {
  const high = new Int32Array(256);
  const low = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let [upper, lower] = [0, byte];
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = lower & 1;
      lower = (lower >>> 1) | (upper << 31);
      upper >>>= 1;
      if (isOdd === 0) continue;
      upper ^= 0xc96c5795;
      lower ^= 0xd7870f42;
    }
    high[byte] = upper;
    low[byte] = lower;
  }
  let [upper, lower] = [-1, -1];
  return {
    update: (bytes: Uint8Array): void => {
      let [above, below] = [upper, lower];
      for (let index = 0; index < bytes.length; index++) {
        const entry = (below ^ (bytes[index] as number)) & 0xff;
        below = ((below >>> 8) | (above << 24)) ^ (low[entry] as number);
        above = (above >>> 8) ^ (high[entry] as number);
      }
      [upper, lower] = [above, below];
    },
    digest: (): Buffer => {
      const digest = Buffer.alloc(8);
      digest.writeInt32LE(~lower, 0);
      digest.writeInt32LE(~upper, 4);
      return digest;
    },
  };
}
