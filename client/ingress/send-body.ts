import { BadRequest, TooLarge } from "../../shared/errors.ts";
import { releaseChunk } from "../../shared/release-chunk.ts";
import type { TransferGrant } from "../protocol/transfer-calls.ts";
import type { Lease } from "../transfer/lease.ts";
import { leasedPartUrls } from "../transfer/leased-part-urls.ts";
import { partUploader } from "../transfer/part-uploader.ts";
import { type StreamDigest, uploadStream } from "../transfer/stream-upload.ts";
import type { TransferApi } from "../transfer/transfer-api.ts";
import type { PartSizes } from "./part-sizes.ts";
import { requestBody } from "./request-body.ts";
import type { Upload, UploadContext } from "./upload.ts";

/** An open transfer and how its parts are cut. */
export interface BodySending {
  readonly api: TransferApi;
  readonly transfer: TransferGrant;
  readonly sizeOf: PartSizes;
  readonly lease: Lease;
}

/** Reads the body, cut to parts, into S3. Throws BadRequest when its length is not the announced one. */
export async function sendBody(
  upload: Upload,
  { api, transfer, sizeOf, lease }: BodySending,
  { connections, limits, startDigests }: UploadContext,
): Promise<StreamDigest> {
  const { exchange, announced, progress, stop } = upload;
  const { size } = announced;
  const urls = leasedPartUrls({ api, transfer, lease, signal: stop.signal, sizeOf });
  if (size !== null) urls.prefetch(1);

  async function* source(signal: AbortSignal) {
    for await (const chunk of requestBody(exchange.request, limits.bodyIdleMs, signal)) {
      exchange.bytes += chunk.length;
      if (size !== null && exchange.bytes > size)
        throw new BadRequest(`More data came than the announced ${size} bytes.`);
      yield chunk;
      releaseChunk(chunk);
    }
  }
  const storePart = partUploader({
    connections,
    urls,
    retry: limits.partRetry,
    idleMs: limits.partIdleMs,
    onRetry: () => {
      progress.retries += 1;
    },
  });
  const digest = await uploadStream({
    source,
    signal: stop.signal,
    startDigests: (algorithms, bytes) => startDigests(algorithms, size ?? bytes),
    partBytes: (number) => {
      const bytes = sizeOf(number);
      if (bytes === undefined) throw new TooLarge("The image is too large to be sent without its size.");
      return bytes;
    },
    store: async (part, signal) => {
      const stored = await storePart(part, signal);
      progress.parts += 1;
      return stored;
    },
  });
  progress.peakBufferBytes = digest.peakBufferBytes;
  if (size !== null && digest.bytes !== size) {
    throw new BadRequest(`${size} bytes were announced, but ${digest.bytes} came.`);
  }
  return digest;
}
