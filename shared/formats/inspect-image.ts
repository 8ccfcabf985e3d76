import type { ByteSource } from "./byte-source.ts";
import type { Examination, FormatInspector } from "./format-inspector.ts";
import { FormatRefused } from "./format-refused.ts";
import { gpt } from "./gpt.ts";
import { inspectors } from "./inspectors.ts";
import { MalformedImage } from "./malformed-image.ts";
import { parallels } from "./parallels.ts";
import { RangedReader } from "./ranged-reader.ts";
import { raw } from "./raw.ts";
import { outermost, recogniseFormats } from "./recognise-formats.ts";

export interface InspectionRequest {
  readonly diskFormat: string;
  readonly containerFormat: string;
  /** Glance's require_image_format_match. */
  readonly requireMatch: boolean;
  /** Glance's gpt_safety_checks_nonfatal. */
  readonly gptNonFatal: readonly string[];
}

export interface Inspection {
  /** Names of all recognised formats, `raw` if there is none. */
  readonly detected: readonly string[];
  /** Bytes of the disk inside the image; null where unknown, in a container, and for an empty object. */
  readonly virtualSize: number | null;
}

/**
 * Says what a stored object is and whether it may become an image of the declared format. At most five reads of at
 * most 1 MiB each, whatever the object claims. Throws FormatRefused for data that does not match (if that is
 * required), and always, whatever was declared, for data that refers to anything outside itself, holds only the
 * difference to another image, or is broken. Nothing else is thrown for any data; errors of `source` pass.
 *
 * The rules follow Glance and oslo.utils' format inspector, where those let nothing pass that `qemu-img info` opens
 * together with another file. Containers other than bare hold an archive, so a match is not expected in them, and
 * what is in the archive is not looked at; but data that is no archive and unsafe is refused there too.
 */
export async function inspectImage(source: ByteSource, request: InspectionRequest): Promise<Inspection> {
  const { diskFormat, containerFormat } = request;
  const isBare = containerFormat === "bare";
  const image = await RangedReader.open(source);
  const found = await recogniseFormats(image, diskFormat);
  const subjects = outermost(found);

  let virtualSize: number | null = null;
  for (const format of subjects) {
    const isDeclared = isBare && format.name === diskFormat;
    // What lies on a disk as it is cannot be unsafe, only not what was declared.
    if (format.plain && !isDeclared) continue;
    const examination = await examine(format, image, diskFormat);
    refuseUnsafe(format, examination, request);
    if (isDeclared && subjects.length === 1) virtualSize = examination.virtualSize;
  }
  // After safety: declaring an unsafe image rightly would not help.
  if (isBare && request.requireMatch) refuseMismatch(subjects, diskFormat);
  // What is declared raw is used as it lies there, whatever it looks like.
  if (isBare && diskFormat === raw.name && isOneImage(subjects, diskFormat)) virtualSize = image.size;
  return { detected: found.map(({ name }) => name), virtualSize: virtualSize || null };
}

async function examine(format: FormatInspector, image: RangedReader, declared: string): Promise<Examination> {
  try {
    return await format.examine(image);
  } catch (error) {
    if (!(error instanceof MalformedImage)) throw error;
    const found = `The data, declared as ${declared}, looks like ${format.name}, but ${error.message}.`;
    const remedy = "Check that the file is whole (qemu-img info FILE reads it), and upload it again.";
    throw new FormatRefused("Image format inspection failed", `${found} ${remedy}`);
  }
}

function refuseUnsafe(format: FormatInspector, { failures }: Examination, request: InspectionRequest): void {
  const fatal = failures.filter(({ check }) => format !== gpt || !request.gptNonFatal.includes(check));
  if (fatal.length === 0) return;
  const faults = fatal.map(({ check, found }) => `${found} (check ${check})`).join(", ");
  const remedies = [...new Set(fatal.map(({ remedy }) => remedy))].join(" ");
  const found = `The data, declared as ${request.diskFormat}, is ${format.name} and ${faults}.`;
  throw new FormatRefused("Image failed safety checks", `${found} ${remedies}`);
}

const LENIENT =
  "The data is accepted as it is only where the operator has set require_image_format_match to false.";

/** Throws FormatRefused if the data is not what was declared. What is declared raw may be any one format. */
function refuseMismatch(subjects: readonly FormatInspector[], declared: string): void {
  const [found = raw] = subjects;
  if (!isOneImage(subjects, declared)) {
    const from = inspectors.find(({ name }) => name === declared)?.qemuName ?? raw.qemuName;
    const remedy = `Write it anew as what it is: qemu-img convert -f ${from} -O qcow2 FILE NEW. Upload NEW as qcow2.`;
    throw new FormatRefused(
      `Multiple formats detected: ${namesOf(subjects)}`,
      `Declared was ${declared}. ${remedy} ${LENIENT}`,
      true,
    );
  }
  if (subjects.some(({ name }) => name === declared) || declared === raw.name) return;
  // A partition table is what a plain disk has: no format of its own for those that have no mark either.
  if ((found === raw || found === gpt) && mayBeUnmarked(declared)) return;
  const remedy =
    found.declareAs === undefined
      ? `Convert it: qemu-img convert -f ${found.qemuName} -O qcow2 FILE NEW. Upload NEW as qcow2.`
      : `Set disk_format to ${found.declareAs}, or upload ${declared} data.`;
  throw new FormatRefused(
    `Image disk_format ${declared} does not match stream data ${found.name}`,
    `${remedy} ${LENIENT}`,
    true,
  );
}

/** Marks of a plain disk's contents (a partition table, an encrypted volume) may all be in raw data. */
const isOneImage = (subjects: readonly FormatInspector[], declared: string): boolean =>
  subjects.length === 1 || (declared === raw.name && subjects.every(({ plain }) => plain));

/** ami, ari and aki have no mark of their own, and a ploop may be a plain disk: unmarked data can be any of them. */
const mayBeUnmarked = (declared: string): boolean =>
  declared === parallels.name || !inspectors.some(({ name }) => name === declared);

function namesOf(formats: readonly FormatInspector[]): string {
  return formats
    .map(({ name }) => name)
    .sort()
    .join(", ");
}
