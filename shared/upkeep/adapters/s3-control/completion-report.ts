import type { ChecksumAlgorithm, ObjectChecksum } from "../../ports/checksum-jobs.ts";

/** Keys of the files that a report's `manifest.json` names. Throws for a report of another form. */
export function reportFiles(manifest: string): string[] {
  const { Format, Results } = JSON.parse(manifest) as { Format?: unknown; Results?: unknown };
  if (Format !== "Report_CSV_20180820" || !Array.isArray(Results))
    throw new Error(`a completion report of the form ${String(Format)} is not understood`);
  return Results.map(({ Key }: { Key?: unknown }) => {
    if (typeof Key !== "string") throw new Error("a completion report names a file without a key");
    return Key;
  });
}

/** The fields of each line: with quotes where they hold commas or quotes, which are written twice (RFC 4180). */
function* rows(csv: string): Generator<string[]> {
  const field = /("(?:[^"]|"")*"|[^",\n\r]*)(,|\r?\n|$)/y;
  let row: string[] = [];
  while (field.lastIndex < csv.length) {
    const match = field.exec(csv);
    if (!match) throw new Error("a completion report is not CSV");
    const [, text = "", end] = match;
    row.push(text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);
    if (end === ",") continue;
    if (row.length > 1) yield row;
    row = [];
  }
  if (row.length > 1) yield row;
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Keys stand URL-encoded in lists and reports; ours need it nowhere. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

const digits: Readonly<Record<ChecksumAlgorithm, number>> = { md5: 32, sha512: 128 };

/** Hex of the result's base64 or hex form; undefined for anything that is not the checksum that was asked for. */
function checksumOf(result: Readonly<Record<string, unknown>>, algorithm: ChecksumAlgorithm) {
  const { checksumAlgorithm, checksumType, checksum_base64, checksum_hex } = result;
  if (String(checksumAlgorithm).toLowerCase() !== algorithm || checksumType !== "FULL_OBJECT")
    return undefined;
  const hex =
    typeof checksum_hex === "string"
      ? checksum_hex.toLowerCase()
      : Buffer.from(String(checksum_base64 ?? ""), "base64").toString("hex");
  return hex.length === digits[algorithm] && /^[0-9a-f]+$/.test(hex) ? hex : undefined;
}

/**
 * The objects of one file of a report. Its columns (user guide, "Examples: completion reports"): Bucket, Key,
 * VersionId, TaskStatus, two with the failure's code and the HTTP status, whose order the guide's examples and its
 * schema give differently, and ResultMessage: JSON with the checksum, or the failure in words.
 */
export function* reportEntries(csv: string, algorithm: ChecksumAlgorithm): Generator<ObjectChecksum> {
  for (const [, key = "", , status, one = "", other = "", message = ""] of rows(csv)) {
    const checksum = status === "succeeded" ? checksumOf(objectOf(message), algorithm) : undefined;
    yield checksum === undefined
      ? { key: decoded(key), failure: [status, one, other, message].filter(Boolean).join(" ").slice(0, 300) }
      : { key: decoded(key), checksum };
  }
}
