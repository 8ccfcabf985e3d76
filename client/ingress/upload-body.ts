import { completeTransfer } from "../transfer/complete-transfer.ts";
import { reasonOf } from "../transfer/reason-of.ts";
import { releaseTransfer } from "../transfer/release-transfer.ts";
import { transferLease } from "../transfer/transfer-lease.ts";
import { apiFor } from "./api-for.ts";
import { dataComes, sizeToOpen } from "./first-byte.ts";
import { partSizes } from "./part-sizes.ts";
import { BodyBroken } from "./request-body.ts";
import { sendBody } from "./send-body.ts";
import type { Upload, UploadContext } from "./upload.ts";

/** For the API to say why a part was refused. */
const REASON_MS = 5000;

/**
 * Streams one image through a transfer of its own: the image is complete at the end, or an error is thrown and the
 * image is queued again (or will be when the lease ends). Opening the transfer judges the login, and tells the project
 * whose place the upload takes. Throws GlanceError, ApiRefused, ExchangeFailed, PartFailed, TransferEnded, BodyBroken,
 * BodyStalled or the reason of `stop`.
 */
export async function uploadBody(upload: Upload, context: UploadContext): Promise<void> {
  const { exchange, imageId, stage, announced, progress, stop } = upload;
  const { journal, limits, log, running } = context;
  const api = apiFor(exchange, context);
  const known = await sizeToOpen(upload, limits);
  // Not ended by `stop`: a transfer whose id never arrived could not be aborted.
  const opened = await api.open(imageId, announced.token, known.size, limits.leaseSeconds, undefined, {
    stage,
    serviceToken: announced.serviceToken,
    store: announced.store,
    announced: known.announced,
  });
  progress.phase = "sending";
  const transfer = { imageId, id: opened.id, token: opened.token };
  const lease = transferLease({ api, transfer, everyMs: limits.touchMs, stop, signal: stop.signal });

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
    const digest = await sendBody(upload, { api, transfer, sizeOf: sizes, lease }, context);
    lease.stop();
    progress.phase = "completing";
    await completeTransfer(api, transfer, digest, limits.poll, stop.signal);
    await journal.remove(transfer.id).catch(failed("journal_failed"));
  } catch (error) {
    lease.stop();
    const reason = await reasonOf(error, api, transfer, REASON_MS);
    const isBroken = reason instanceof BodyBroken || !exchange.request.complete;
    await releaseTransfer(api, transfer, isBroken, AbortSignal.timeout(limits.releaseMs))
      .then(() => journal.remove(transfer.id))
      .catch(failed("release_failed"));
    throw reason;
  } finally {
    leavePlace?.();
  }
}
