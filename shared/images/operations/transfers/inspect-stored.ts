import { UnsupportedMediaType } from "../../../errors.ts";
import type { ByteSource } from "../../../formats/byte-source.ts";
import { FormatRefused } from "../../../formats/format-refused.ts";
import { inspectImage } from "../../../formats/inspect-image.ts";
import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";

/** The virtual size of an image's bytes. Throws 415 with a readable reason when they may not become this image. */
export async function inspectBytes(
  image: Image,
  source: ByteSource,
  settings: Settings,
): Promise<number | null> {
  // Nothing at all is of no format: Glance takes it for any, and clients make images of 0 bytes as qcow2, too.
  if (source.size === 0) return null;
  try {
    const { virtualSize } = await inspectImage(source, {
      diskFormat: image.disk_format ?? "",
      containerFormat: image.container_format ?? "",
      requireMatch: settings.require_image_format_match,
      gptNonFatal: settings.gpt_safety_checks_nonfatal,
    });
    return virtualSize;
  } catch (error) {
    if (!(error instanceof FormatRefused)) throw error;
    throw new UnsupportedMediaType(error.message);
  }
}

/** A memory buffer as something that can be inspected. */
export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});
