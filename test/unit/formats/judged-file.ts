import { open } from "node:fs/promises";
import { join } from "node:path";
import { FormatRefused } from "../../../shared/formats/format-refused.ts";
import { inspectImage } from "../../../shared/formats/inspect-image.ts";
import type { Drawing } from "./drawn-image.ts";

/**
 * What becomes of data:
 *   accepted    it becomes active
 *   foreign     refused: readers would open another file
 *   difference  refused: it holds only the difference to another image, though qemu-img does not look for that
 *   banned      refused: sound, but of a format or version that is never taken
 *   mismatch    refused: not what was declared
 *   broken      refused: qemu-img cannot read it either
 */
export type Verdict = "accepted" | "foreign" | "difference" | "banned" | "mismatch" | "broken";

export interface Declared {
  readonly diskFormat: string;
  readonly containerFormat?: string;
}

export interface Judged {
  readonly virtualSize: number | null;
  readonly refusal: string | undefined;
}

/** The service's verdict on a file, with Glance's default settings. */
export async function judgeFile(
  directory: string,
  name: string,
  { diskFormat, containerFormat = "bare" }: Declared,
): Promise<Judged> {
  const file = await open(join(directory, name));
  try {
    const read = async (offset: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    const source = { size: (await file.stat()).size, read };
    const request = { diskFormat, containerFormat, requireMatch: true, gptNonFatal: [] };
    return { ...(await inspectImage(source, request)), refusal: undefined };
  } catch (error) {
    if (!(error instanceof FormatRefused)) throw error;
    return { virtualSize: null, refusal: error.message };
  } finally {
    await file.close();
  }
}

/** Writes a drawing as a sparse file. */
export async function writeDrawing(directory: string, name: string, drawing: Drawing): Promise<void> {
  const file = await open(join(directory, name), "w");
  try {
    await file.truncate(drawing.size);
    for (const [offset, bytes] of drawing.pieces) {
      const shown = bytes.subarray(0, Math.max(0, drawing.size - offset));
      if (shown.length > 0) await file.write(shown, 0, shown.length, offset);
    }
  } finally {
    await file.close();
  }
}
