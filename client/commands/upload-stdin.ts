import { CLEAN_UP_MS } from "../limits.ts";
import { bytesText, durationText } from "../terminal/amounts.ts";
import { Advised, UsageError } from "../terminal/exit-codes.ts";
import { releaseTransfer } from "../transfer/release-transfer.ts";
import { headBytes, STREAM_HEAD_BYTES } from "../upload/detect-format.ts";
import { attributesOf } from "../upload/image-attributes.ts";
import { openUpload } from "../upload/open-upload.ts";
import { streamLayout } from "../upload/part-layout.ts";
import { headOf, interruptible, streamSource } from "../upload/part-source.ts";
import { runTransfer } from "../upload/run-transfer.ts";
import { declaredFormat } from "./begin-upload.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";
import { speedOf, type UploadOptions } from "./upload-options.ts";

/**
 * Uploads what comes on standard input. Its length is unknown and it cannot be read twice: a break aborts the
 * transfer, and an image that was made for it is deleted.
 */
export async function uploadStdin(context: Context, options: UploadOptions): Promise<Result> {
  const { signal } = context;
  const { parallelism, rateLimit } = speedOf(options);
  const chunks = interruptible(process.stdin, signal);
  const head = await headOf(chunks, STREAM_HEAD_BYTES);
  if (head.length === 0) throw new UsageError("standard input is empty");
  context.note("note: an upload from standard input cannot be resumed");
  const attributes = {
    disk_format: await declaredFormat(context, headBytes(head), options),
    container_format: "bare",
    ...attributesOf(options),
  };
  const images = await context.service();
  const api = await context.transfers(images.session.endpoint);
  const request = { id: options.id, attributes, size: null, stage: options.stage === true };
  const { imageId, opened } = await openUpload(images, api, request, signal);
  const transfer = { imageId, id: opened.id, token: opened.token };
  const began = performance.now();
  const progress = context.progress("upload", undefined);
  try {
    const sent = await runTransfer({
      api,
      transfer,
      storage: context.storage,
      layout: streamLayout,
      source: streamSource(chunks, head),
      chosen: undefined,
      parallelism,
      rateLimit,
      progress,
      beforeComplete: async () => undefined,
      signal,
    });
    const view = await api.view(transfer, 10_000, signal).catch(() => undefined);
    const [size, seconds] = [sent?.bytes ?? 0, (performance.now() - began) / 1000];
    return {
      json: {
        image_id: imageId,
        transfer_id: opened.id,
        state: view?.state ?? null,
        image_status: view?.imageStatus ?? null,
        size,
        checksum: sent?.hashes?.md5 ?? null,
        os_hash_algo: "sha512",
        os_hash_value: sent?.hashes?.sha512 ?? null,
        parts: sent?.parts.length ?? 0,
        sent_bytes: sent?.sentBytes ?? 0,
        seconds,
      },
      text: `image ${imageId} is ${view?.imageStatus ?? "uploaded"} (${bytesText(size)} sent in ${durationText(seconds)})`,
    };
  } catch (error) {
    throw await released(error);
  } finally {
    progress.stop();
  }

  async function released(error: unknown): Promise<unknown> {
    try {
      const state = await releaseTransfer(api, transfer, false, AbortSignal.timeout(CLEAN_UP_MS));
      if (state === "completing" || state === "complete") {
        return new Advised(error, `The service has all bytes and goes on: imagectl image show ${imageId}`);
      }
      if (options.id !== undefined)
        return new Advised(error, `Image ${imageId} is queued again; nothing was stored.`);
      await images.cleanUp(imageId);
      return new Advised(
        error,
        "Nothing was stored and no image was left; send it again, from a file to be resumable.",
      );
    } catch {
      return new Advised(error, `Image ${imageId} could not be cleaned up: imagectl image delete ${imageId}`);
    }
  }
}
