import { createHash } from "node:crypto";
import { AwsFailure } from "../aws-failure.ts";
import { decodeAwsChunked, isAwsChunked } from "./aws-chunked.ts";
import { incompleteBody } from "./byte-reader.ts";
import { notImplemented, type S3Call } from "./call.ts";
import { type ChecksumAlgorithm, startChecksum } from "./checksums.ts";
import { expectedChecksum, type StatedChecksum } from "./stated-checksum.ts";

export interface BodyTerms {
  readonly mostBytes: number;
  readonly stated?: StatedChecksum | undefined;
  /** Computed though nobody stated a value; the stated one's algorithm when there is one. */
  readonly algorithm?: ChecksumAlgorithm | undefined;
}

/** What was measured of bytes that went by. */
export interface MeasuredBytes {
  readonly bytes: number;
  /** Hex. */
  readonly md5: string;
  /** Base64, of the algorithm asked for. */
  readonly checksum?: string;
}

/** Keeps nothing of the chunk once it has been waited for. */
type Sink = (chunk: Buffer) => Promise<void> | undefined;

/**
 * Streams a request's body into `sink`, decoded, and holds it against everything that the request says of it:
 * length, payload hash, Content-MD5, checksum. When it throws, what the sink has got is worthless.
 */
export async function receiveBody(call: S3Call, terms: BodyTerms, sink: Sink): Promise<MeasuredBytes> {
  const { headers, signature } = call;
  const length = announcedLength(call);
  if (length > terms.mostBytes) {
    throw new AwsFailure("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400, {
      ProposedSize: length,
      MaxSizeAllowed: terms.mostBytes,
    });
  }
  const contentMd5 = contentMd5Of(headers["content-md5"]);
  const trailer = new Map<string, string>();
  const raw = rawBody(call);
  const chunks = isAwsChunked(signature.payloadHash)
    ? decodeAwsChunked(raw, signature, trailer)
    : released(raw);
  const sha256 = /^[0-9a-f]{64}$/.test(signature.payloadHash) ? createHash("sha256") : undefined;
  const measured = await measure(chunks, terms.stated?.algorithm ?? terms.algorithm, (chunk) => {
    sha256?.update(chunk);
    return sink(chunk);
  });

  if (measured.bytes !== length) throw incompleteBody();
  if (sha256 !== undefined && sha256.digest("hex") !== signature.payloadHash) {
    throw new AwsFailure(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  if (contentMd5 !== undefined && contentMd5 !== measured.md5) {
    throw new AwsFailure("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  if (terms.stated !== undefined && expectedChecksum(terms.stated, trailer) !== measured.checksum) {
    throw new AwsFailure(
      "BadDigest",
      `The ${terms.stated.algorithm} you specified did not match the calculated checksum.`,
    );
  }
  return measured;
}

/** Passes chunks on to `sink` while measuring them; waits whenever the sink asks for it. */
export async function measure(
  chunks: AsyncIterable<Buffer>,
  algorithm: ChecksumAlgorithm | undefined,
  sink: Sink,
): Promise<MeasuredBytes> {
  const md5 = createHash("md5");
  const checksum = algorithm && (await startChecksum(algorithm));
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    md5.update(chunk);
    checksum?.update(chunk);
    const wait = sink(chunk);
    if (wait !== undefined) await wait;
  }
  return {
    bytes,
    md5: md5.digest("hex"),
    ...(checksum === undefined ? {} : { checksum: checksum.digest().toString("base64") }),
  };
}

/** A small body as text. */
export async function receiveText(call: S3Call, terms: BodyTerms): Promise<string> {
  const chunks: Buffer[] = [];
  await receiveBody(call, terms, (chunk) => {
    chunks.push(Buffer.from(chunk));
    return undefined;
  });
  return Buffer.concat(chunks).toString("utf8");
}

function announcedLength({ headers, signature }: S3Call): number {
  const { payloadHash } = signature;
  const streaming = payloadHash.startsWith("STREAMING-");
  if (streaming && !isAwsChunked(payloadHash)) throw notImplemented(`x-amz-content-sha256: ${payloadHash}`);
  if (!streaming && headers["transfer-encoding"] !== undefined) {
    throw notImplemented("Transfer-Encoding", { Header: "Transfer-Encoding" });
  }
  const text = headers[streaming ? "x-amz-decoded-content-length" : "content-length"];
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw new AwsFailure("MissingContentLength", "You must provide the Content-Length HTTP header.", 411);
  }
  return Number(text);
}

function contentMd5Of(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const digest = Buffer.from(header, "base64");
  if (digest.length !== 16 || digest.toString("base64") !== header) {
    throw new AwsFailure("InvalidDigest", "The Content-MD5 you specified was invalid.");
  }
  return digest.toString("hex");
}

/**
 * The memory of each chunk is freed when the next one is asked for. Left to the collector, the chunks of a gigabyte had it
 * look at everything sixty times.
 */
async function* released(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield chunk;
    const { buffer, byteLength } = chunk;
    // A part of something larger is not alone in it.
    if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
  }
}

// Not destroyed when reading stops early: a refused client still gets its answer over this connection.
async function* rawBody({ request, response, cutAfterBytes }: S3Call): AsyncGenerator<Buffer> {
  if (request.headers.expect !== undefined) response.writeContinue();
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    yield chunk;
    if (cutAfterBytes !== undefined && bytes >= cutAfterBytes) request.destroy();
  }
}
