/** QEMU and Glance read no more of a descriptor than this. */
export const MAX_DESCRIPTOR_BYTES = 1024 * 1024 - 1;

const SINGLE_FILE_TYPES = new Set(["monolithicsparse", "streamoptimized"]);
const EXTENT_ACCESS = new Set(["rw", "rdonly", "noaccess"]);
const CREATE_TYPE = /createtype="([^"]{0,63})"/;

/** The descriptor in these bytes: lower-cased, as its words are case-insensitive, up to the padding. */
export function descriptorText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder("latin1").decode(end < 0 ? bytes : bytes.subarray(0, end)).toLowerCase();
}

/** Whether a text states a create type, which is what makes it a descriptor. */
export function statesCreateType(text: string): boolean {
  return CREATE_TYPE.test(text);
}

/**
 * Why a descriptor is not that of one self-contained sparse file, or undefined. Any line that is not understood
 * counts against it: a descriptor may name other files, and an overlooked line could make a host open one.
 */
export function descriptorFault(text: string): string | undefined {
  if (text === "") return "has no descriptor";
  if (/[^\0-\x7f]/.test(text)) return "has a descriptor that is not ASCII text";
  // QEMU takes the first place where the name occurs, in any line: with two, readers could disagree.
  if (text.split("createtype").length !== 2) return "does not state exactly one create type";
  const createType = CREATE_TYPE.exec(text)?.[1];
  if (createType === undefined) return "does not state exactly one create type";
  if (!SINGLE_FILE_TYPES.has(createType))
    return "is of a subformat other than monolithicSparse, streamOptimized";

  let extents = 0;
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "" || line.startsWith("#") || line.startsWith("ddb")) continue;
    const [beforeEquals = "", ...value] = line.split("=");
    if (value.length > 0 && !beforeEquals.includes(" ")) continue;
    if (!EXTENT_ACCESS.has(line.split(" ", 1)[0] ?? ""))
      return "has a descriptor line that is not understood";
    if (line.includes("/")) return "names an extent by a path";
    extents++;
  }
  return extents === 0 ? "has a descriptor without extents" : undefined;
}
