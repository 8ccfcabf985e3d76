/** QEMU and Glance read no more of a descriptor than this. */
export const MAX_DESCRIPTOR_BYTES = 1024 * 1024 - 1;

const SINGLE_FILE_TYPES = new Set(["monolithicsparse", "streamoptimized"]);
const CREATE_TYPE = /^createtype\s*=\s*"([^"]{0,63})"$/;
const ASSIGNMENT = /^([^\s="]+)\s*=\s*"?([^"]*)"?$/;
const EXTENT = /^(?:rw|rdonly|noaccess)\s+\d+\s+(\w+)(?:\s+"([^"]*)")?(?:\s+\S+)*$/;
/** What a line of a descriptor looks like, and hardly any other text. */
const DESCRIPTOR_LINE =
  /^[^\S\n]*(?:(?:version|cid|parentcid|createtype)[^\S\n]*=|(?:rw|rdonly|noaccess)[^\S\n]+\d+[^\S\n]+\w+[^\S\n]+")/m;
/** Versions of the file that QEMU takes for a descriptor. */
const VERSION_LINE = /^version=[123]\r?\n/;

/** What a line may assign without naming a file or a parent, whatever the value. */
const HARMLESS_KEYS = new Set(["version", "encoding", "cid", "createtype"]);
const NO_PARENT_VALUE = /^[0f{}-]*$/;

/** The descriptor in these bytes: lower-cased, as its words are case-insensitive, up to the padding. */
export function descriptorText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder("latin1").decode(end < 0 ? bytes : bytes.subarray(0, end)).toLowerCase();
}

/**
 * Whether somebody takes data without a signature for a descriptor: QEMU by its first sector (comments and blank
 * lines before a version, block/vmdk.c), and, told that it is a VMDK, by the create type anywhere in the text.
 */
export function isDescriptor(firstSector: Uint8Array, text: string): boolean {
  return startsLikeDescriptor(firstSector) || (text.includes("createtype") && DESCRIPTOR_LINE.test(text));
}

function startsLikeDescriptor(sector: Uint8Array): boolean {
  let rest = new TextDecoder("latin1").decode(sector).toLowerCase();
  // A comment may hold any bytes. Its line may be the last one that the sector has of it.
  while (/^(?:#|\s)/.test(rest))
    rest = rest.startsWith("#") ? rest.replace(/^#[^\n]*\n?/, "") : rest.trimStart();
  return VERSION_LINE.test(rest);
}

/** Why a descriptor cannot be accepted. `isParent`: its data is only the difference to another image. */
export interface DescriptorFault {
  readonly found: string;
  readonly isParent: boolean;
}

const fault = (found: string): DescriptorFault => ({ found, isParent: false });
const PARENT: DescriptorFault = { found: "names a parent image", isParent: true };

/**
 * Why a descriptor is not that of one self-contained sparse file, or undefined. Any line that is not understood
 * counts against it: a descriptor may name other files, and an overlooked line could make a host open one.
 */
export function descriptorFault(text: string): DescriptorFault | undefined {
  if (text === "") return fault("has no descriptor");
  // QEMU looks for this word anywhere, in comments and file names too.
  if (text.includes("parentfilenamehint")) return PARENT;

  const lines = text.split("\n").map((line) => line.trim());
  const extents = lines.filter((line) => EXTENT.test(line));
  const createTypes = lines.flatMap((line) => CREATE_TYPE.exec(line)?.[1] ?? []);
  const mentions = lines.filter((line) => line.includes("createtype") && !EXTENT.test(line));
  const [createType] = createTypes;
  if (createType === undefined || mentions.length !== 1)
    return fault("does not state exactly one create type");
  if (!SINGLE_FILE_TYPES.has(createType))
    return fault("is of a subformat other than monolithicSparse, streamOptimized");
  for (const line of lines) {
    const found = lineFault(line);
    if (found !== undefined) return found;
  }
  if (extents.length === 0) return fault("has a descriptor without extents");
  return extents.length > 1 ? fault("has more than one extent") : undefined;
}

function lineFault(line: string): DescriptorFault | undefined {
  if (line === "" || line.startsWith("#")) return undefined;
  const extent = EXTENT.exec(line);
  if (extent) return extentFault(extent[1], extent[2]);
  const [, key = "", value = ""] = ASSIGNMENT.exec(line) ?? [];
  if (HARMLESS_KEYS.has(key)) return undefined;
  if (key === "parentcid") return value === "ffffffff" ? undefined : PARENT;
  if (key === "isnativesnapshot") return value === "no" ? undefined : PARENT;
  if (!key.startsWith("ddb.")) return fault("has a descriptor line that is not understood");
  if (key.includes("parent")) return NO_PARENT_VALUE.test(value) ? undefined : PARENT;
  return key.includes("sidecar") ? fault("names a file beside it") : undefined;
}

function extentFault(type: string | undefined, name: string | undefined): DescriptorFault | undefined {
  if (name === undefined) return fault("has an extent without a name");
  if (/[/\\]/.test(name)) return fault("names an extent by a path");
  return type === "sparse" ? undefined : fault("names an extent that is not sparse");
}
