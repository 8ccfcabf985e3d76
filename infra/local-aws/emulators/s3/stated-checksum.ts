import { AwsFailure } from "../aws-failure.ts";
import { invalidRequest, notImplemented, type S3Call } from "./call.ts";
import { type ChecksumAlgorithm, checksumAlgorithms, checksumHeader, checksumTraits } from "./checksums.ts";

/** The checksum that a request says its body has. */
export interface StatedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; undefined: it comes in the trailer. */
  readonly value: string | undefined;
}

/** Headers of that prefix that state no value. */
const settings = new Set(["x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"]);

/** Reads x-amz-checksum-* or the trailer's announcement. At most one algorithm is allowed. */
export function statedChecksum(call: S3Call): StatedChecksum | undefined {
  const stated: StatedChecksum[] = Object.entries(call.headers)
    .filter(([name]) => name.startsWith("x-amz-checksum-") && !settings.has(name))
    .map(([name, value = ""]) => checked({ algorithm: algorithmOf(name), value }));
  const trailer = call.headers["x-amz-trailer"];
  if (trailer !== undefined) {
    stated.push({ algorithm: algorithmOf(trailer.trim().toLowerCase()), value: undefined });
  }
  // The SDK's presigner puts the CRC32 of the empty body that it signs into the URL, and real bodies are then
  // refused (aws-sdk-js-v3 #6994). Other checksums in a query enforce nothing (aws-sdk #480, aws-sdk-go-v2
  // #2610), so a URL that relies on one must not look safe here.
  const hoisted = call.query.get("x-amz-checksum-crc32");
  if (stated.length === 0 && hoisted !== undefined) {
    stated.push(checked({ algorithm: "CRC32", value: hoisted }));
  }
  if (stated.length > 1) {
    throw invalidRequest(
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  if (stated.length === 0 && call.headers["x-amz-sdk-checksum-algorithm"] !== undefined) {
    throw invalidRequest(
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  }
  return stated[0];
}

/** The value that the body must have, once the trailer has come. */
export function expectedChecksum(stated: StatedChecksum, trailer: ReadonlyMap<string, string>): string {
  if (stated.value !== undefined) return stated.value;
  const value = trailer.get(checksumHeader(stated.algorithm));
  if (value === undefined) {
    throw new AwsFailure("MalformedTrailerError", "The trailer lacks the checksum that was announced.");
  }
  return checked({ algorithm: stated.algorithm, value }).value ?? "";
}

/** The algorithm that x-amz-checksum-algorithm names. */
export function namedAlgorithm(call: S3Call): ChecksumAlgorithm | undefined {
  const header = call.headers["x-amz-checksum-algorithm"];
  if (header === undefined) return undefined;
  const algorithm = checksumAlgorithms.find((one) => one === header.toUpperCase());
  if (algorithm === undefined) throw notImplemented(`x-amz-checksum-algorithm: ${header}`);
  return algorithm;
}

function algorithmOf(header: string): ChecksumAlgorithm {
  const algorithm = checksumAlgorithms.find((one) => checksumHeader(one) === header);
  if (algorithm === undefined) throw notImplemented(header, { Header: header });
  return algorithm;
}

function checked(stated: StatedChecksum): StatedChecksum {
  const digest = Buffer.from(stated.value ?? "", "base64");
  const valid =
    digest.length === checksumTraits(stated.algorithm).digestBytes &&
    digest.toString("base64") === stated.value;
  if (!valid) throw invalidRequest(`Value for ${checksumHeader(stated.algorithm)} header is invalid.`);
  return stated;
}
