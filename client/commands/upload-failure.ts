import type { FileHandle } from "node:fs/promises";
import { commandLine } from "../command-line/command-line.ts";
import { Advised, DataMismatch, Interrupted, Resumable } from "../command-line/failures.ts";
import { CLEAN_UP_MS } from "../limits.ts";
import { InUse } from "../machine/alone.ts";
import type { Image } from "../openstack/image-service.ts";
import type { TransferGrant } from "../protocol/transfer-calls.ts";
import { ApiRefused, type TransferApi } from "../transfer/transfer-api.ts";
import { showState, TransferEnded } from "../transfer/transfer-state.ts";
import { detectFormat, fileBytes } from "../upload/detect-format.ts";
import { FileChanged, type FileStamp } from "../upload/file-changed.ts";
import { LayoutRefused } from "../upload/part-layout.ts";

export interface FailedUpload {
  readonly api: TransferApi;
  readonly transfer: TransferGrant;
  readonly file: string;
  readonly handle: FileHandle;
  readonly stamp: FileStamp;
  /** The image as the service has it now; needs a login, which a ticket's user may not have. */
  readonly image: () => Promise<Image>;
  /** Command line that goes on. */
  readonly resume: string;
  /** Forgets the upload on this machine. */
  readonly forget: () => Promise<void>;
}

/** The transfer takes no parts any more: the service said so, or it does not know the transfer. */
async function hasEnded(error: unknown, { api, transfer }: FailedUpload): Promise<boolean> {
  if (error instanceof TransferEnded) return true;
  if (!(error instanceof ApiRefused) || error.status === 429 || error.status >= 500) return false;
  return showState(api, transfer, AbortSignal.timeout(CLEAN_UP_MS)).then(
    ({ state }) => state === "aborted",
    (later: unknown) => later instanceof ApiRefused && [403, 404, 410].includes(later.status),
  );
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof ApiRefused
    ? error.status
    : error instanceof TransferEnded
      ? error.status.failure?.code
      : undefined;

/** What to do when a transfer has ended without the image being there: something else than the same once more. */
async function adviceAfterEnd(error: unknown, { file, handle, stamp, transfer, image }: FailedUpload) {
  const { imageId } = transfer;
  const known = await image().catch(() => undefined);
  if (known && known.status !== "queued") {
    const verify = commandLine("verify", file, "--image", imageId);
    return `Image ${imageId} is ${known.status}; whether it has the data of this file tells: ${verify}`;
  }
  const again = commandLine("upload", file, "--id", imageId);
  if (statusOf(error) === 413)
    return `Make room first, or have the limit raised; then the image takes another upload: ${again}`;
  if (statusOf(error) !== 415) return `The image is free for another upload: ${again}`;
  const found = await detectFormat(fileBytes(handle, stamp.size)).catch(() => undefined);
  if (found === undefined || found === known?.disk_format)
    return `Mend or convert the file; the image is free for another upload: ${again}`;
  const declare = commandLine("image", "set", imageId, "--disk-format", found);
  return `The file looks like ${found}. If that is what it should be: ${declare} && ${again}`;
}

/** The failure as the user gets it: with the way to go on, or to begin again where the transfer is gone. */
export async function explainedFailure(error: unknown, failed: FailedUpload): Promise<unknown> {
  const { file } = failed;
  if (error instanceof Interrupted) return new Resumable(error, failed.resume);
  if (error instanceof FileChanged) {
    const again = commandLine("upload", file, "--new");
    const abort = commandLine("transfer", "abort", file);
    return new Advised(
      new DataMismatch(`${file}: ${error.message}`),
      `Bring the old file back and use --resume, or give the image free (${abort}) and begin again (${again}).`,
    );
  }
  if (error instanceof LayoutRefused || error instanceof InUse) return error;
  if (await hasEnded(error, failed)) {
    await failed.forget();
    return new Advised(error, await adviceAfterEnd(error, failed));
  }
  return new Resumable(error, failed.resume);
}
