/** How data may be compressed. */
export type Compression = "gzip" | "zip" | "zstd" | "bzip2" | "xz" | "lha";

/** What tells them all apart. */
export const COMPRESSION_BYTES = 10;

// RFC 1952; APPNOTE 4.3.7; RFC 8878; bzip2's "BZh", level, and the magic of a block or of the end; xz 2.1.1; "-lh" at 2.
const marks: readonly (readonly [Compression, RegExp])[] = [
  ["gzip", /^1f8b08/],
  ["zip", /^504b0304/],
  ["zstd", /^28b52ffd/],
  ["bzip2", /^425a683[1-9](314159265359|177245385090)/],
  ["xz", /^fd377a585a00/],
  ["lha", /^.{4}2d6c68/],
];

/** What data that begins like this is compressed with; undefined for any other data. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  const hex = Buffer.from(head.subarray(0, COMPRESSION_BYTES)).toString("hex");
  return marks.find(([, mark]) => mark.test(hex))?.[0];
}
