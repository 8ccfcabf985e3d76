import type { FileHandle } from "node:fs/promises";
import type { ByteSource } from "../../shared/formats/byte-source.ts";
import { inspectImage } from "../../shared/formats/inspect-image.ts";
import { RangedReader } from "../../shared/formats/ranged-reader.ts";
import { outermost, recogniseFormats } from "../../shared/formats/recognise-formats.ts";

/** Enough of a stream for every format's mark, and for a VMDK descriptor of any length. */
export const STREAM_HEAD_BYTES = 1024 * 1024;
/** Longer than any image: nothing that a header says lies after its end. Whole sectors, as image files are. */
const UNKNOWN_SIZE = 2 ** 52;

/** Bytes of a stream were asked for that have not come yet. */
class NotReadYet extends Error {}

export const fileBytes = (file: FileHandle, size: number): ByteSource => ({
  size,
  read: async (offset, length) => {
    const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return buffer.subarray(0, bytesRead);
  },
});

/** What is known of a stream: its first STREAM_HEAD_BYTES or a few more, or all of a shorter one. */
export function headBytes(head: Buffer): ByteSource {
  const isWhole = head.length < STREAM_HEAD_BYTES;
  return {
    size: isWhole ? head.length : UNKNOWN_SIZE,
    read: async (offset, length) => {
      if (!isWhole && offset + length > head.length) throw new NotReadYet();
      return head.subarray(offset, offset + length);
    },
  };
}

/** The disk_format that this data should be declared as; `raw` for what has no mark, or no disk_format of its own. */
export async function detectFormat(source: ByteSource): Promise<string> {
  const formats = outermost(await recogniseFormats(await RangedReader.open(source)));
  const [format] = formats;
  return formats.length === 1 ? (format?.declareAs ?? "raw") : "raw";
}

export interface DeclaredFormats {
  readonly diskFormat: string;
  readonly containerFormat: string;
}

/**
 * Throws FormatRefused, with the service's own text, for what a service with default settings would refuse after the
 * last byte. Of a stream it judges what its first bytes show: the service sees the rest.
 */
export async function assertAccepted(source: ByteSource, declared: DeclaredFormats): Promise<void> {
  try {
    // Which checks of partition tables count is the service's setting: it will say so itself.
    await inspectImage(source, { ...declared, requireMatch: true, gptNonFatal: ["mbr"] });
  } catch (error) {
    if (!(error instanceof NotReadYet)) throw error;
  }
}
