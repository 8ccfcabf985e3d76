import type { FileHandle } from "node:fs/promises";
import type { ByteSource } from "../../shared/domain/format/byte-source.ts";
import { inspectImage } from "../../shared/domain/format/inspect-image.ts";
import { inspectors } from "../../shared/domain/format/inspectors.ts";
import { RangedReader } from "../../shared/domain/format/ranged-reader.ts";

/** A format that the Image API has no disk_format for. */
export class FormatUnknown extends Error {}

export const fileBytes = (file: FileHandle, size: number): ByteSource => ({
  size,
  read: async (offset, length) => {
    const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return buffer.subarray(0, bytesRead);
  },
});

/** What is known of a stream: its first bytes. */
export const headBytes = (head: Buffer): ByteSource => ({
  size: head.length,
  read: async (offset, length) => head.subarray(offset, offset + length),
});

/** The disk_format that this data should be declared as; `raw` for data without a mark. Throws FormatUnknown. */
export async function detectFormat(source: ByteSource): Promise<string> {
  const image = await RangedReader.open(source);
  const found = [];
  for (const format of inspectors) if (await format.recognises(image)) found.push(format);
  const names = found.map(({ name }) => name);
  // A hybrid ISO carries a partition table on purpose.
  if (names.includes("iso") && names.every((name) => name === "iso" || name === "gpt")) return "iso";
  if (found.length > 1)
    throw new FormatUnknown(`the data looks like several formats at once: ${names.join(", ")}`);
  const [format] = found;
  if (format === undefined) return "raw";
  if (format.declareAs === undefined) {
    throw new FormatUnknown(
      `${format.name} images are not taken: convert it, e.g. with qemu-img convert -O qcow2`,
    );
  }
  return format.declareAs;
}

/** Throws FormatRefused for what the service would refuse after the last byte: unsafe or broken images. */
export async function assertSafe(source: ByteSource, diskFormat: string): Promise<void> {
  await inspectImage(source, {
    diskFormat,
    containerFormat: "bare",
    requireMatch: false,
    // Which checks of partition tables count is the service's setting: it will say so itself.
    gptNonFatal: ["mbr"],
  });
}
