import { CLEAN_UP_MS } from "../limits.ts";
import { Advised, DataMismatch, Interrupted, Resumable } from "../terminal/exit-codes.ts";
import { shellWords } from "../terminal/shell-words.ts";
import { ApiRefused, type TransferApi, type TransferRef } from "../transfer/transfer-api.ts";
import { showState, TransferEnded } from "../transfer/transfer-state.ts";
import { FileChanged } from "../upload/file-changed.ts";
import { LayoutRefused } from "../upload/part-layout.ts";

export interface FailedUpload {
  readonly api: TransferApi;
  readonly transfer: TransferRef;
  readonly file: string;
  /** Command line that goes on. */
  readonly resume: string;
  /** Forgets the upload on this machine. */
  readonly forget: () => Promise<void>;
}

/** The transfer takes no parts any more: the service said so, or it does not know the transfer. */
async function isOver(error: unknown, { api, transfer }: FailedUpload): Promise<boolean> {
  if (error instanceof TransferEnded) return true;
  if (!(error instanceof ApiRefused) || error.status === 429 || error.status >= 500) return false;
  return showState(api, transfer, AbortSignal.timeout(CLEAN_UP_MS)).then(
    ({ state }) => state === "aborted",
    (later: unknown) => later instanceof ApiRefused && [403, 404, 410].includes(later.status),
  );
}

/** The failure as the user gets it: with the way to go on, or to begin again where the transfer is gone. */
export async function explainedFailure(error: unknown, failed: FailedUpload): Promise<unknown> {
  const { file, transfer } = failed;
  if (error instanceof Interrupted) return new Resumable(error, failed.resume);
  if (error instanceof FileChanged) {
    const again = shellWords(["imagectl", "upload", file]);
    const abort = shellWords(["imagectl", "transfer", "abort", file]);
    return new Advised(
      new DataMismatch(`${file}: ${error.message}`),
      `Bring the old file back and use --resume, or give the image free (${abort}) and begin again (${again}).`,
    );
  }
  if (error instanceof LayoutRefused) return error;
  if (await isOver(error, failed)) {
    await failed.forget();
    const again = shellWords(["imagectl", "upload", file, "--id", transfer.imageId]);
    return new Advised(error, `The image is free for another upload: ${again}`);
  }
  return new Resumable(error, failed.resume);
}
