import type { ByteSource } from "./byte-source.ts";
import type { Examination, FormatInspector } from "./format-inspector.ts";
import { FormatRefused } from "./format-refused.ts";
import { gpt } from "./gpt.ts";
import { inspectors } from "./inspectors.ts";
import { iso } from "./iso.ts";
import { MalformedImage } from "./malformed-image.ts";
import { RangedReader } from "./ranged-reader.ts";
import { raw } from "./raw.ts";

export interface InspectionRequest {
  readonly diskFormat: string;
  readonly containerFormat: string;
  /** Glance's require_image_format_match. */
  readonly requireMatch: boolean;
  /** Glance's gpt_safety_checks_nonfatal. */
  readonly gptNonFatal: readonly string[];
}

export interface Inspection {
  /** Names of all recognised formats, `raw` if there is none; empty for a container that is never inspected. */
  readonly detected: readonly string[];
  /** Bytes of the disk inside the image; null where unknown, and for an empty object. */
  readonly virtualSize: number | null;
}

/**
 * Says what a stored object is and whether it may become an image of the declared format (the rules are those of
 * Glance and oslo.utils' format inspector). At most four reads of at most 1 MiB each, whatever the object claims.
 * Throws FormatRefused for data that does not match (if that is required), and always for a recognised format
 * that is unsafe or broken, whatever was declared. Nothing else is thrown for any data; errors of `source` pass.
 */
export async function inspectImage(source: ByteSource, request: InspectionRequest): Promise<Inspection> {
  // Glance looks into bare images only: other containers wrap the disk in an archive.
  if (request.containerFormat !== "bare") return { detected: [], virtualSize: null };

  const image = await RangedReader.open(source);
  const found = await recognise(image);
  // A hybrid ISO carries a partition table on purpose, to boot from a disk as well: it is just an ISO.
  const subjects = namesOf(found) === "gpt, iso" ? [iso] : found;
  if (request.requireMatch) refuseMismatch(subjects, request.diskFormat);

  let virtualSize: number | null = null;
  for (const format of subjects) {
    const examination = await examine(format, image, request.diskFormat);
    refuseUnsafe(format, examination, request);
    if (subjects.length > 1) continue;
    if (format.name === request.diskFormat) virtualSize = examination.virtualSize;
    // What is declared raw is used as it lies there, whatever it looks like.
    else if (request.diskFormat === raw.name) virtualSize = image.size;
  }
  return { detected: found.map(({ name }) => name), virtualSize: virtualSize || null };
}

async function recognise(image: RangedReader): Promise<FormatInspector[]> {
  const found: FormatInspector[] = [];
  for (const format of inspectors) {
    if (await format.recognises(image)) found.push(format);
  }
  return found.length > 0 ? found : [raw];
}

async function examine(format: FormatInspector, image: RangedReader, declared: string): Promise<Examination> {
  try {
    return await format.examine(image);
  } catch (error) {
    if (!(error instanceof MalformedImage)) throw error;
    const found = `The data, declared as ${declared}, looks like ${format.name}, but ${error.message}.`;
    const remedy = "Check that the file is whole, and upload it again.";
    throw new FormatRefused("Image format inspection failed", `${found} ${remedy}`);
  }
}

function refuseUnsafe(format: FormatInspector, { failures }: Examination, request: InspectionRequest): void {
  const fatal = failures.filter(({ check }) => format !== gpt || !request.gptNonFatal.includes(check));
  if (fatal.length === 0) return;
  const faults = fatal.map(({ check, found }) => `${found} (check ${check})`).join(", ");
  const found = `The data, declared as ${request.diskFormat}, is ${format.name} and ${faults}.`;
  const remedy = "Repair it, or convert it with qemu-img convert to a self-contained image, and upload that.";
  throw new FormatRefused("Image failed safety checks", `${found} ${remedy}`);
}

/** Throws FormatRefused if the data is not what was declared. What is declared raw may be any one format. */
function refuseMismatch(subjects: readonly FormatInspector[], declared: string): void {
  const [found = raw, ...others] = subjects;
  if (others.length > 0) {
    const remedy = `Declared was ${declared}. Convert the data to an image of one format only, and upload that.`;
    throw new FormatRefused(`Multiple formats detected: ${namesOf(subjects)}`, remedy);
  }
  if (found.name === declared || declared === raw.name) return;
  // ami, ari, aki and ploop have no mark of their own: unmarked data is all that can be expected of them.
  if (found === raw && !inspectors.some(({ name }) => name === declared)) return;
  const remedy =
    found.declareAs === undefined
      ? `Convert it to ${declared}, and upload that.`
      : `Set disk_format to ${found.declareAs}, or upload ${declared} data.`;
  throw new FormatRefused(`Image disk_format ${declared} does not match stream data ${found.name}`, remedy);
}

function namesOf(formats: readonly FormatInspector[]): string {
  return formats
    .map(({ name }) => name)
    .sort()
    .join(", ");
}
