import type { Part } from "./stored-object.ts";

/**
 * A part's record is its file's name, so that one rename stores both: with a list in a file, the ten thousandth
 * part would rewrite the nine thousand nine hundred and ninety-nine before it. The sequence tells a part
 * uploaded again from the one before, should a crash leave both.
 */
export function partName(uploadId: string, sequence: number, part: Omit<Part, "file">): string {
  const checksum = part.checksum === undefined ? "-" : Buffer.from(part.checksum, "base64").toString("hex");
  return [uploadId, part.number, sequence, part.bytes, part.md5, part.modifiedAt, checksum].join(".");
}

/** The inverse of `partName`; undefined for a file that is no part. */
export function parsePartName(
  file: string,
): { readonly uploadId: string; readonly sequence: number; readonly part: Part } | undefined {
  const match = /^([\w-]+)\.(\d+)\.(\d+)\.(\d+)\.([0-9a-f]{32})\.(\d+)\.(-|[0-9a-f]+)$/.exec(file);
  if (!match) return undefined;
  const [, uploadId = "", number, sequence, bytes, md5 = "", modifiedAt, checksum = "-"] = match;
  return {
    uploadId,
    sequence: Number(sequence),
    part: {
      number: Number(number),
      file,
      bytes: Number(bytes),
      md5,
      modifiedAt: Number(modifiedAt),
      ...(checksum === "-" ? {} : { checksum: Buffer.from(checksum, "hex").toString("base64") }),
    },
  };
}
