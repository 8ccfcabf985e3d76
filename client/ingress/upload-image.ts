import { completeTransfer } from "../transfer/complete-transfer.ts";
import { Lease } from "../transfer/lease.ts";
import { PartFailed } from "../transfer/part-uploader.ts";
import { releaseTransfer } from "../transfer/release-transfer.ts";
import { ApiRefused, isPassing, type TransferApi, type TransferGrant } from "../transfer/transfer-api.ts";
import { assertOpen, TransferEnded } from "../transfer/transfer-state.ts";
import { apiFor } from "./api-for.ts";
import { dataComes, sizeToOpen } from "./first-byte.ts";
import { partSizes } from "./part-sizes.ts";
import { BodyBroken } from "./request-body.ts";
import { sendParts } from "./send-parts.ts";
import type { Upload, UploadContext } from "./upload.ts";

/** S3 only says that the multipart upload is gone; the API knows why. */
async function reasonOf(error: unknown, api: TransferApi, transfer: TransferGrant): Promise<unknown> {
  if (!(error instanceof PartFailed)) return error;
  return await assertOpen(api, transfer, AbortSignal.timeout(5000)).then(
    () => error,
    (known: unknown) => (known instanceof TransferEnded || known instanceof ApiRefused ? known : error),
  );
}

/**
 * Streams one image through a transfer of its own: the image is complete at the end, or an error is thrown and the
 * image is queued again (or will be when the lease ends). Opening the transfer judges the login, and tells the project
 * whose place the upload takes. Throws GlanceError, ApiRefused, ExchangeFailed, PartFailed, TransferEnded, BodyBroken,
 * BodyStalled or the reason of `stop`.
 */
export async function uploadImage(upload: Upload, context: UploadContext): Promise<void> {
  const { exchange, imageId, stage, announced, progress, stop } = upload;
  const { journal, limits, log, running } = context;
  const api = apiFor(exchange, context);
  const known = await sizeToOpen(upload, limits);
  // Not ended by `stop`: a transfer whose id never arrived could not be aborted.
  const opened = await api.open(imageId, announced.token, known.size, limits.leaseSeconds, undefined, {
    stage,
    serviceToken: announced.serviceToken,
    announced: known.announced,
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

  let leavePlace: (() => void) | undefined;
  try {
    leavePlace = running.takePlace(opened.project);
    // Without the journal only the recovery after a kill is lost; the lease frees the image then.
    await journal.add(transfer).catch(failed("journal_failed"));
    stop.signal.throwIfAborted();
    if (known.size !== 0) await dataComes(upload, limits);
    const sizes = partSizes(known.size, opened.part_size);
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
  } finally {
    leavePlace?.();
  }
}
