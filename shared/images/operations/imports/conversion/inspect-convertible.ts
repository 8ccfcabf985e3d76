import type { ByteSource } from "../../../../formats/byte-source.ts";
import { FormatRefused } from "../../../../formats/format-refused.ts";
import { type Inspection, inspectImage } from "../../../../formats/inspect-image.ts";
import type { Settings } from "../../../../settings.ts";
import { ImportFailed } from "../import-errors.ts";

/** What a disk that is declared raw may show: a partition table is what a plain disk has. */
const plainMarks = ["raw", "gpt"];
/** What is on the disk of an image that had another format around it: an upload of it as raw is taken, too. */
const marksOnDisks = [...plainMarks, "luks", "iso"];

/**
 * Judges data that a program is to read, or has written (`isResult`), as one of this disk_format, by the rules for every
 * upload; and more strictly: it must be what it is said to be, whatever the settings are. Throws ImportFailed.
 */
export async function inspectConvertible(
  source: ByteSource,
  diskFormat: string,
  { gpt_safety_checks_nonfatal }: Pick<Settings, "gpt_safety_checks_nonfatal">,
  isResult = false,
): Promise<Inspection> {
  let inspection: Inspection;
  try {
    inspection = await inspectImage(source, {
      ...{ diskFormat, containerFormat: "bare", requireMatch: true },
      gptNonFatal: gpt_safety_checks_nonfatal,
    });
  } catch (error) {
    if (error instanceof FormatRefused) throw new ImportFailed(error.message, { cause: error });
    throw error;
  }
  const marks = isResult ? marksOnDisks : plainMarks;
  const foreign = inspection.detected.find((name) => !marks.includes(name));
  if (diskFormat === "raw" && foreign !== undefined && isResult)
    throw new ImportFailed(
      `The disk in the image has the marks of ${foreign}: as raw nobody could tell which disk is meant. ` +
        "Import it without a conversion, or take the image out of the image.",
    );
  if (diskFormat === "raw" && foreign !== undefined)
    throw new ImportFailed(
      `The data is declared as raw and has the marks of ${foreign}: nobody can tell which disk is meant. ` +
        `Set disk_format to what it is, or convert it before it is uploaded.`,
    );
  return inspection;
}
