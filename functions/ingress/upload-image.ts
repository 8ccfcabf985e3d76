import { completeTransfer } from "../../client/transfer/complete-transfer.ts";
import type { Connections } from "../../client/transfer/connections.ts";
import { Lease } from "../../client/transfer/lease.ts";
import { PartFailed } from "../../client/transfer/part-uploader.ts";
import { releaseTransfer } from "../../client/transfer/release-transfer.ts";
import {
  ApiRefused,
  createTransferApi,
  isPassing,
  type TransferApi,
  type TransferRef,
} from "../../client/transfer/transfer-api.ts";
import { assertOpen, TransferEnded } from "../../client/transfer/transfer-state.ts";
import { type ClientExchange, sendContinue } from "./client-exchange.ts";
import { forwardedFor } from "./headers.ts";
import type { Journal } from "./journal.ts";
import type { Limits } from "./limits.ts";
import type { Log } from "./log.ts";
import { assertCanStream, partSizes } from "./part-sizes.ts";
import { BodyBroken, bodyBegins } from "./request-body.ts";
import { sendParts } from "./send-parts.ts";
import { emptyBody, type UploadRequest } from "./upload-request.ts";

export interface UploadContext {
  readonly endpoint: string;
  readonly connections: Connections;
  readonly journal: Journal;
  readonly limits: Limits;
  readonly log: Log;
}

/** How far an upload came; kept up to date so that errors and the log can say it. */
export interface UploadProgress {
  phase: "opening" | "sending" | "completing";
  parts: number;
  retries: number;
  peakBufferBytes: number;
}

export interface Upload {
  readonly exchange: ClientExchange;
  readonly imageId: string;
  /** Stage the bytes for an import. */
  readonly stage: boolean;
  readonly announced: UploadRequest;
  readonly progress: UploadProgress;
  /** Ends the upload with its reason: the client left, the transfer is lost, the ingress shuts down. */
  readonly stop: AbortController;
}

/** S3 only says that the multipart upload is gone; the API knows why. */
async function reasonOf(error: unknown, api: TransferApi, transfer: TransferRef): Promise<unknown> {
  if (!(error instanceof PartFailed)) return error;
  return await assertOpen(api, transfer, AbortSignal.timeout(5000)).then(
    () => error,
    (known: unknown) => (known instanceof TransferEnded || known instanceof ApiRefused ? known : error),
  );
}

/**
 * Streams one image through a transfer of its own: the image is complete at the end, or an error is thrown and the
 * image is queued again (or will be when the lease ends). Throws GlanceError, ApiRefused, ExchangeFailed, PartFailed,
 * TransferEnded, BodyBroken, BodyStalled or the reason of `stop`.
 */
export async function uploadImage(upload: Upload, context: UploadContext): Promise<void> {
  const { exchange, imageId, stage, announced, progress, stop } = upload;
  const { endpoint, connections, journal, limits, log } = context;
  const { accept } = exchange.request.headers;
  const api = createTransferApi({
    endpoint,
    connections,
    retry: limits.apiRetry,
    idleMs: limits.apiIdleMs,
    headers: {
      ...forwardedFor(exchange.request),
      "x-openstack-request-id": exchange.requestId,
      ...(accept === undefined ? {} : { accept }),
    },
  });

  assertCanStream(announced.size);
  if (!announced.isEmpty && !exchange.awaitsContinue) {
    const hasBegun = await bodyBegins(exchange.request, limits.bodyIdleMs, stop.signal);
    if (!hasBegun) throw emptyBody();
  }
  // Not ended by `stop`: a transfer whose id never arrived could not be aborted.
  const opened = await api.open(imageId, announced.token, announced.size, limits.leaseSeconds, undefined, {
    stage,
    serviceToken: announced.serviceToken,
  });
  progress.phase = "sending";
  const transfer = { imageId, id: opened.id, token: opened.token };
  const lease = new Lease(async () => {
    await assertOpen(api, transfer, stop.signal).catch((error: unknown) => {
      if (!isPassing(error)) stop.abort(error);
    });
  }, limits.touchMs);

  const failed = (event: string) => (error: unknown) =>
    log(event, { image_id: imageId, transfer_id: transfer.id, reason: String(error) });

  try {
    // Without the journal only the recovery after a kill is lost; the lease frees the image then.
    await journal.add(transfer).catch(failed("journal_failed"));
    stop.signal.throwIfAborted();
    sendContinue(exchange);
    const sizes = partSizes(announced.size, opened.part_size);
    const digest = await sendParts(upload, { api, transfer, sizeOf: sizes, lease }, context);
    lease.stop();
    progress.phase = "completing";
    await completeTransfer(api, transfer, digest, limits.poll, stop.signal);
    await journal.remove(transfer.id).catch(failed("journal_failed"));
  } catch (error) {
    lease.stop();
    const reason = await reasonOf(error, api, transfer);
    const isBroken = reason instanceof BodyBroken || !exchange.request.complete;
    await releaseTransfer(api, transfer, isBroken, AbortSignal.timeout(limits.releaseMs))
      .then(() => journal.remove(transfer.id))
      .catch(failed("release_failed"));
    throw reason;
  }
}
