import { BadRequest } from "../../shared/errors.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { sendAnswer } from "./answer.ts";
import { apiFor } from "./api-for.ts";
import { attemptOf, type BrokenLengths } from "./broken-lengths.ts";
import type { ClientExchange } from "./client-exchange.ts";
import { BodyBroken } from "./request-body.ts";
import type { ImageDataPath } from "./request-target.ts";
import { ShuttingDown } from "./running-uploads.ts";
import type { Upload, UploadContext, UploadCounts } from "./upload.ts";
import { uploadAnswer } from "./upload-answer.ts";
import { uploadBody } from "./upload-body.ts";
import { readUploadRequest } from "./upload-request.ts";

export interface PutContext extends UploadContext {
  readonly brokenLengths: BrokenLengths;
}

const MIB = 1024 * 1024;
/** For a client to read why it was ended before its connection is closed. */
const FAREWELL_DRAIN_MS = 200;

/** The caller may not upload to this image: what it announces is nobody's concern. */
const isStrangers = (error: unknown): boolean =>
  error instanceof ApiRefused && [401, 403, 404].includes(error.status);

/**
 * Tells the API of a body that is cut off although no transfer was opened for it: the rest of it may follow, and would
 * make a truncated image. The API believes only those who may upload. What it cannot be told is remembered here.
 */
async function rememberCut(upload: Upload, context: PutContext): Promise<void> {
  const { exchange, imageId, stage, announced } = upload;
  const { token, serviceToken, size } = announced;
  if (!size) return;
  const signal = AbortSignal.timeout(context.limits.tellMs);
  const told = apiFor(exchange, context).tellBroken(imageId, token, size, signal, { stage, serviceToken });
  await told.catch((error: unknown) => {
    const isJudged = error instanceof ApiRefused && error.status < 500;
    if (!isJudged) context.brokenLengths.remember(attemptOf(imageId, token), size);
  });
}

async function store(upload: Upload, context: PutContext): Promise<void> {
  const { imageId, announced, stop } = upload;
  const attempt = attemptOf(imageId, announced.token);
  if (announced.size !== null && context.brokenLengths.isRest(attempt, announced.size)) {
    throw new BadRequest("A larger upload of this image broke off a moment ago: send the whole image again.");
  }
  await context.running.run(stop, () => uploadBody(upload, context));
  context.brokenLengths.forget(attempt);
}

/** Takes the data of one image, to keep or to stage: 204, or a refusal that every client shows. Never throws. */
export async function putImageData(
  exchange: ClientExchange,
  { imageId, kind }: ImageDataPath,
  context: PutContext,
): Promise<void> {
  const { limits, log } = context;
  const { request, response } = exchange;
  const started = performance.now();
  const progress: UploadCounts = { phase: "opening", parts: 0, retries: 0, peakBufferBytes: 0 };
  const stop = new AbortController();
  const clientGone = () => stop.abort(new BodyBroken("the client has gone"));
  response.once("close", clientGone);

  let outcome = "stored";
  let upload: Upload | undefined;
  try {
    const announced = readUploadRequest(request.headers);
    upload = { exchange, imageId, stage: kind === "stage", announced, progress, stop };
    await store(upload, context);
    response.off("close", clientGone);
    response.writeHead(204, { "x-openstack-request-id": exchange.requestId }).end();
  } catch (error) {
    response.off("close", clientGone);
    outcome = error instanceof Error ? error.message : String(error);
    const answer = uploadAnswer(error, progress.phase, exchange, context.endpoint);
    if (answer && answer.status >= 500)
      log("upload_failed", { stack: error instanceof Error ? error.stack : outcome });
    const beforeCut = async () => {
      // Once there is a transfer, its end says the same.
      if (upload && progress.phase === "opening" && !isStrangers(error)) await rememberCut(upload, context);
    };
    const drainMs = error instanceof ShuttingDown ? FAREWELL_DRAIN_MS : limits.drainMs;
    if (answer) await sendAnswer(exchange, answer, { ...limits, drainMs }, beforeCut);
    else {
      if (!request.complete) await beforeCut();
      response.destroy();
    }
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
