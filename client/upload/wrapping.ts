import type { StreamCompression } from "../../shared/compression/decompressed.ts";
import { compressionOf } from "../../shared/compression/recognise-compression.ts";
import { UsageError } from "../command-line/failures.ts";

/** What an image may be wrapped in, by its first bytes: `compression` is one that can be undone on the way. */
export interface Wrapping {
  readonly name: string;
  readonly compression?: StreamCompression;
}

/** Enough for every mark here, the checksum of a tar header included. */
export const WRAPPING_BYTES = 512;

/** Of what only has to be told. */
const marks: readonly { readonly name: string; readonly hex: string }[] = [
  { name: "lz4", hex: "04224d18" },
  { name: "lzip", hex: "4c5a4950" },
  { name: "7z", hex: "377abcaf271c" },
];

/** POSIX ustar: the mark at 257, and the sum of the header's bytes with spaces in the place of the sum itself. */
function isTar(head: Buffer): boolean {
  if (head.length < WRAPPING_BYTES || head.toString("latin1", 257, 262) !== "ustar") return false;
  const stated = Number.parseInt(head.toString("latin1", 148, 156).trim(), 8);
  const header = Buffer.from(head.subarray(0, WRAPPING_BYTES)).fill(" ", 148, 156);
  return header.reduce((sum, byte) => sum + byte, 0) === stated;
}

/** What this data is wrapped in; undefined for data that could be a disk as it is. */
export function wrappingOf(head: Buffer): Wrapping | undefined {
  const compression = compressionOf(head);
  if (compression === "zip" || compression === "lha") return { name: compression };
  if (compression) return { name: compression, compression };
  const hex = head.toString("hex", 0, 10);
  return marks.find((mark) => hex.startsWith(mark.hex)) ?? (isTar(head) ? { name: "tar" } : undefined);
}

interface SaidOfData {
  readonly diskFormat?: string | undefined;
  readonly containerFormat?: string | undefined;
}

/**
 * Throws UsageError for data that is no disk but holds one: sent as it is, no server could boot it. Who says what it
 * is (--disk-format, --container-format) sends it anyway.
 */
export function assertBare(head: Buffer, what: string, { diskFormat, containerFormat }: SaidOfData): void {
  const wrapping = wrappingOf(head);
  if (wrapping === undefined || diskFormat !== undefined || containerFormat !== undefined) return;
  const { name, compression } = wrapping;
  const asItIs = (container: string, disk: string) =>
    `to send it as it is, say so: --container-format ${container} --disk-format ${disk}`;
  if (compression !== undefined)
    throw new UsageError(
      `${what} is compressed (${name}): --decompress sends what is in it; ${asItIs("compressed", "raw")}`,
    );
  if (name === "tar")
    throw new UsageError(
      `${what} is an archive (tar; an .ova is one): unpack it and send the disk in it; ${asItIs("ova", "vmdk")}`,
    );
  throw new UsageError(
    `${what} is compressed (${name}): unpack it and send the disk in it; ${asItIs("compressed", "raw")}`,
  );
}
