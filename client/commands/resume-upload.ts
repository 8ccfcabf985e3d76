import type { FileHandle } from "node:fs/promises";
import { bytesText, durationText } from "../command-line/amounts.ts";
import { commandLine } from "../command-line/command-line.ts";
import { NO_PARTS } from "../protocol/transfer-calls.ts";
import { assertUnchanged, FileChanged, type FileStamp } from "../upload/file-changed.ts";
import type { ImageSigner } from "../upload/image-signer.ts";
import { evenLayout } from "../upload/part-layout.ts";
import { fileSource } from "../upload/part-source.ts";
import { runTransfer } from "../upload/run-transfer.ts";
import { type Ticket, transferOf } from "../upload/ticket.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";
import { setSignature } from "./set-signature.ts";
import type { Speed } from "./speed.ts";
import { explainedFailure } from "./upload-failure.ts";

export interface ResumedUpload {
  readonly file: string;
  readonly handle: FileHandle;
  readonly stamp: FileStamp;
  readonly ticket: Ticket;
  /** What to type to go on after a break; the file's place in it is the first word after `upload`. */
  readonly resumeWith: readonly string[];
  readonly chosen: ReadonlySet<number> | undefined;
  readonly speed: Speed;
  readonly signer: ImageSigner | undefined;
  readonly signal: AbortSignal;
}

/** Sends what is missing of a file, and completes the image unless only some parts were asked for. */
export async function resumeUpload(context: Context, job: ResumedUpload): Promise<Result> {
  const { ticket, file, handle, stamp, chosen, speed, signal } = job;
  const { state } = context;
  const api = await context.transfers(ticket.endpoint);
  const transfer = transferOf(ticket);
  const began = performance.now();
  const progress = context.progress("upload", stamp.size);
  try {
    if (ticket.size !== null && ticket.size !== stamp.size) {
      throw new FileChanged(`the file has ${stamp.size} bytes, the upload was begun for ${ticket.size}`);
    }
    const sent = await runTransfer({
      api,
      transfer,
      storage: context.storage,
      layout: evenLayout(stamp.size, ticket.part_size),
      source: fileSource(handle, stamp),
      chosen,
      parallelism: speed.parallelism,
      rateLimit: speed.rateLimit,
      progress,
      signer: job.signer,
      beforeComplete: async (sent) => {
        await assertUnchanged(handle, stamp);
        await setSignature(() => context.service(), ticket.image_id, job.signer, sent);
      },
      signal,
    });
    const seconds = (performance.now() - began) / 1000;
    const host = new URL(ticket.endpoint).host;
    if (sent && sent.sentBytes > 64 * 1024 ** 2 && speed.rateLimit === undefined) {
      await state.saveRate(host, sent.sentBytes / seconds).catch(() => undefined);
    }
    const isComplete = sent === undefined || sent.hashes !== undefined;
    if (isComplete) await state.remove(ticket.transfer_id);
    // The upload has succeeded: what the service says beyond that is welcome, not needed.
    const view = await api.view(transfer, NO_PARTS, signal).catch(() => undefined);
    const sentBytes = sent?.sentBytes ?? 0;
    const json = {
      image_id: ticket.image_id,
      transfer_id: ticket.transfer_id,
      state: view?.state ?? null,
      image_status: view?.imageStatus ?? null,
      size: stamp.size,
      ...(sent?.hashes
        ? { checksum: sent.hashes.md5, os_hash_algo: "sha512", os_hash_value: sent.hashes.sha512 }
        : {}),
      parts: sent?.parts.length ?? 0,
      sent_bytes: sentBytes,
      seconds,
    };
    const what = isComplete
      ? `image ${ticket.image_id} is ${view?.imageStatus ?? "uploaded"}`
      : `${json.parts} parts of image ${ticket.image_id} are stored`;
    const rate = `${bytesText(Math.round(sentBytes / seconds))}/s`;
    const how =
      sent === undefined
        ? "it was completed by another command"
        : `${bytesText(sentBytes)} sent in ${durationText(seconds)}, ${rate}`;
    return { json, text: `${what} (${how})` };
  } catch (error) {
    throw await explainedFailure(error, {
      api,
      transfer,
      file,
      handle,
      stamp,
      image: async () => (await context.service()).show(ticket.image_id),
      resume: commandLine("upload", file, ...job.resumeWith),
      forget: () => state.remove(ticket.transfer_id),
    });
  } finally {
    progress.stop();
  }
}
