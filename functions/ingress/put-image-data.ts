import { BadRequest } from "../../shared/errors.ts";
import { sendAnswer } from "./answer.ts";
import type { BrokenLengths } from "./broken-lengths.ts";
import type { ClientExchange } from "./client-exchange.ts";
import { BodyBroken } from "./request-body.ts";
import type { ImageDataPath } from "./request-target.ts";
import { type RunningUploads, ShuttingDown } from "./running-uploads.ts";
import { uploadAnswer } from "./upload-answer.ts";
import { type UploadContext, type UploadProgress, uploadImage } from "./upload-image.ts";
import { readUploadRequest } from "./upload-request.ts";

export interface PutContext extends UploadContext {
  readonly running: RunningUploads;
  readonly brokenLengths: BrokenLengths;
}

const MIB = 1024 * 1024;
/** For a client to read why it was ended before its connection is closed. */
const FAREWELL_DRAIN_MS = 200;

/** Takes the data of one image, to keep or to stage: 204, or a refusal that every client shows. Never throws. */
export async function putImageData(
  exchange: ClientExchange,
  { imageId, kind }: ImageDataPath,
  context: PutContext,
): Promise<void> {
  const { limits, running, brokenLengths, log } = context;
  const { request, response } = exchange;
  const started = performance.now();
  const progress: UploadProgress = { phase: "opening", parts: 0, retries: 0, peakBufferBytes: 0 };
  const stop = new AbortController();
  const clientGone = () => stop.abort(new BodyBroken("the client has gone"));
  response.once("close", clientGone);

  let outcome = "stored";
  try {
    const announced = readUploadRequest(request.headers);
    if (announced.size !== null && brokenLengths.isRest(imageId, announced.size)) {
      throw new BadRequest(
        "A larger upload of this image broke off a moment ago: send the whole image again.",
      );
    }
    await running.run(stop, () =>
      uploadImage({ exchange, imageId, stage: kind === "stage", announced, progress, stop }, context),
    );
    brokenLengths.forget(imageId);
    response.off("close", clientGone);
    response.writeHead(204, { "x-openstack-request-id": exchange.requestId }).end();
  } catch (error) {
    response.off("close", clientGone);
    outcome = error instanceof Error ? error.message : String(error);
    const answer = uploadAnswer(error, progress.phase, exchange, context.endpoint);
    if (answer && answer.status >= 500)
      log("upload_failed", { stack: error instanceof Error ? error.stack : outcome });
    const drainMs = error instanceof ShuttingDown ? FAREWELL_DRAIN_MS : limits.drainMs;
    const isWhole =
      answer === undefined ? request.complete : await sendAnswer(exchange, answer, { ...limits, drainMs });
    if (answer === undefined) response.destroy();
    const length = Number(request.headers["content-length"] ?? 0);
    // Once there is a transfer, the server remembers the length itself.
    if (!isWhole && length > 0 && progress.phase === "opening") brokenLengths.remember(imageId, length);
  }
  const seconds = (performance.now() - started) / 1000;
  log("upload", {
    request_id: exchange.requestId,
    image_id: imageId,
    outcome,
    bytes: exchange.bytes,
    parts: progress.parts,
    retries: progress.retries,
    peak_buffer_bytes: progress.peakBufferBytes,
    mib_per_s: Math.round((exchange.bytes / MIB / seconds) * 10) / 10,
  });
}
