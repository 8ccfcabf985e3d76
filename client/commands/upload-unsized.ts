import { bytesText, durationText } from "../command-line/amounts.ts";
import { commandLine } from "../command-line/command-line.ts";
import { Advised, UsageError } from "../command-line/failures.ts";
import { CLEAN_UP_MS } from "../limits.ts";
import { NO_PARTS } from "../protocol/transfer-calls.ts";
import { releaseTransfer } from "../transfer/release-transfer.ts";
import { undoneBytes } from "../upload/decompress.ts";
import { headBytes, STREAM_HEAD_BYTES } from "../upload/detect-format.ts";
import { imageSigner } from "../upload/image-signer.ts";
import { openUpload } from "../upload/open-upload.ts";
import { streamLayout } from "../upload/part-layout.ts";
import { headOf, interruptible, streamSource, wholeStream } from "../upload/part-source.ts";
import { runTransfer } from "../upload/run-transfer.ts";
import { wrappingOf } from "../upload/wrapping.ts";
import { declaredFormat } from "./begin-upload.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";
import { setSignature } from "./set-signature.ts";
import type { UploadPlan } from "./upload-plan.ts";

export interface StreamedImage {
  readonly bytes: AsyncIterable<Buffer>;
  /** For messages. */
  readonly what: string;
  /** Of a new image, where no option says one. */
  readonly name: string | undefined;
  /** Called when all is read; throws where that was not of one piece. */
  readonly afterLast: () => Promise<void>;
}

/** Standard input as it comes. */
export const standardInput = (): StreamedImage => ({
  bytes: process.stdin,
  what: "standard input",
  name: undefined,
  afterLast: async () => undefined,
});

/** What is to be sent of a stream, and its head: the data itself, or what is compressed in it. Throws UsageError. */
async function unwrapped({ bytes, what }: StreamedImage, decompress: boolean, signal: AbortSignal) {
  const chunks = interruptible(bytes, signal);
  const head = await headOf(chunks, STREAM_HEAD_BYTES);
  if (head.length === 0) throw new UsageError(`${what} is empty`);
  if (!decompress) return { chunks, head, what };
  const compression = wrappingOf(head)?.compression;
  if (compression === undefined)
    throw new UsageError(`${what} is not compressed with gzip, xz, zstd or bzip2: leave out --decompress`);
  const inner = interruptible(undoneBytes(compression, wholeStream(head, chunks)), signal);
  const innerHead = await headOf(inner, STREAM_HEAD_BYTES);
  return { chunks: inner, head: innerHead, what: `what is compressed in ${what}` };
}

/**
 * Uploads a stream whose length is unknown, and that cannot be read twice: a break aborts the transfer, and an image
 * that was made for it is deleted.
 */
export async function uploadUnsized(
  context: Context,
  stream: StreamedImage,
  { image, speed, decompress }: Omit<UploadPlan, "start">,
): Promise<Result> {
  const { signal } = context;
  const { parallelism, rateLimit } = speed;
  const { chunks, head, what } = await unwrapped(stream, decompress, signal);
  context.note(`note: an upload from ${stream.what} cannot be resumed`);
  const formats = {
    disk_format: await declaredFormat(context, headBytes(head), what, image),
    container_format: "bare",
  };
  const attributes = {
    ...(stream.name === undefined || image.id !== undefined ? {} : { name: stream.name }),
    ...image.attributes,
  };
  const images = await context.service();
  const api = await context.transfers(images.session.endpoint);
  const { id, stage, store } = image;
  const signer = image.signing && (await imageSigner(image.signing));
  const signatureFollows = signer?.properties;
  const request = { id, attributes, formats, size: null, stage, store, signatureFollows };
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
      signer,
      beforeComplete: async (read) => {
        await stream.afterLast();
        await setSignature(() => context.service(), imageId, signer, read);
      },
      signal,
    });
    const view = await api.view(transfer, NO_PARTS, signal).catch(() => undefined);
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
        return new Advised(
          error,
          `The service has all bytes and goes on: ${commandLine("image", "show", imageId)}`,
        );
      }
      if (image.id !== undefined)
        return new Advised(error, `Image ${imageId} is queued again; nothing was stored.`);
      await images.cleanUp(imageId);
      return new Advised(
        error,
        "Nothing was stored and no image was left; send it again, from a file to be resumable.",
      );
    } catch {
      return new Advised(
        error,
        `Image ${imageId} could not be cleaned up: ${commandLine("image", "delete", imageId)}`,
      );
    }
  }
}
