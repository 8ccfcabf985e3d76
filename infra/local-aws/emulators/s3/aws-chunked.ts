import { createHash } from "node:crypto";
import { sameSignature, type VerifiedSignature } from "../../iam/sigv4.ts";
import { hmac, sha256Hex } from "../../iam/sigv4-canonical.ts";
import { signatureFailures } from "../../iam/sigv4-failures.ts";
import { ownValue } from "../../own-value.ts";
import { AwsFailure } from "../aws-failure.ts";
import { ByteReader } from "./byte-reader.ts";

/** The values of x-amz-content-sha256 under which a body comes in aws-chunked encoding. */
const streamingPayloads: Readonly<Record<string, { readonly signed: boolean; readonly trailer: boolean }>> = {
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": { signed: true, trailer: false },
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": { signed: true, trailer: true },
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER": { signed: false, trailer: true },
};

export const isAwsChunked = (payloadHash: string): boolean => Object.hasOwn(streamingPayloads, payloadHash);

const emptyHash = sha256Hex("");
const longestLine = 8192;
const mostTrailers = 16;

/**
 * Decodes an aws-chunked body (S3 API reference, "Chunked upload"), checking each chunk's signature where the
 * payload is a signed one. A chunk's bytes are yielded before its signature has been seen: nothing may be
 * committed before the generator has ended. The trailer, lower-case names, is filled in at the end.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  signature: VerifiedSignature,
  trailer: Map<string, string>,
): AsyncGenerator<Buffer> {
  const kind = ownValue(streamingPayloads, signature.payloadHash);
  if (kind === undefined) throw new TypeError("the payload is not aws-chunked");
  const reader = new ByteReader(source, longestLine);
  const chain = kind.signed ? new SignatureChain(signature) : undefined;
  try {
    yield* decodeChunks(reader, chain);
    if (kind.trailer) await readTrailer(reader, trailer, chain);
  } finally {
    await reader.release();
  }
}

async function* decodeChunks(reader: ByteReader, chain: SignatureChain | undefined): AsyncGenerator<Buffer> {
  for (;;) {
    const { bytes, chunkSignature } = parseChunkHeader(await reader.line());
    const hash = chain && createHash("sha256");
    for (let left = bytes; left > 0; ) {
      const piece = await reader.take(left);
      left -= piece.length;
      hash?.update(piece);
      yield piece;
    }
    chain?.verify("AWS4-HMAC-SHA256-PAYLOAD", [emptyHash, hash?.digest("hex") ?? ""], chunkSignature);
    if (bytes === 0) return;
    if ((await reader.line()) !== "") throw malformed();
  }
}

async function readTrailer(
  reader: ByteReader,
  trailer: Map<string, string>,
  chain: SignatureChain | undefined,
): Promise<void> {
  let trailerSignature = "";
  for (let line = await reader.line(); line !== ""; line = await reader.line()) {
    const colon = line.indexOf(":");
    if (colon < 1 || trailer.size >= mostTrailers) {
      throw new AwsFailure(
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
      );
    }
    const [name, value] = [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    if (name === "x-amz-trailer-signature") trailerSignature = value;
    else trailer.set(name, value);
  }
  const canonical = [...trailer]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`);
  chain?.verify("AWS4-HMAC-SHA256-TRAILER", [sha256Hex(canonical.join(""))], trailerSignature);
}

function parseChunkHeader(line: string): { readonly bytes: number; readonly chunkSignature: string } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (!match) throw malformed();
  return { bytes: Number.parseInt(match[1] ?? "", 16), chunkSignature: match[2] ?? "" };
}

const malformed = (): AwsFailure =>
  new AwsFailure("InvalidRequest", "The body is not well-formed aws-chunked content.");

/** Each chunk's signature covers the one before it; the first goes on from the request's. */
class SignatureChain {
  readonly #signature: VerifiedSignature;
  #previous: string;

  constructor(signature: VerifiedSignature) {
    this.#signature = signature;
    this.#previous = signature.seedSignature;
  }

  verify(algorithm: string, hashes: readonly string[], given: string): void {
    const { signingKey, timestamp, scope } = this.#signature;
    const expected = hmac(signingKey, [algorithm, timestamp, scope, this.#previous, ...hashes].join("\n"));
    if (!sameSignature(expected, given)) throw signatureFailures("s3").mismatch();
    this.#previous = given;
  }
}
