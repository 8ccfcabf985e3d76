import { type FileHandle, open } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isGoneStatus } from "../protocol/answer-status.ts";
import { parsePartNumbers } from "../terminal/amounts.ts";
import { commandLine } from "../terminal/command-line.ts";
import { Advised, UsageError } from "../terminal/exit-codes.ts";
import { shellWords } from "../terminal/shell-words.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { showState } from "../transfer/transfer-state.ts";
import { InUse } from "../upload/alone.ts";
import { begunWith } from "../upload/begun-with.ts";
import { assertUnchanged, type FileStamp, fileStamp } from "../upload/file-changed.ts";
import { readTicket, transferOf, type UploadState } from "../upload/ticket.ts";
import { beginUpload } from "./begin-upload.ts";
import type { Context } from "./context.ts";
import { resumeUpload } from "./resume-upload.ts";
import type { Result } from "./result.ts";
import { unfinishedUpload } from "./unfinished.ts";
import { assertSame, checkUploadOptions, speedOf, type UploadOptions } from "./upload-options.ts";
import { standardInput, uploadStream } from "./upload-stream.ts";

const READ_BYTES = 1024 ** 2;

/** Opens a file whose length is known. Throws UsageError for anything else than a regular file. */
export async function openImageFile(file: string): Promise<{ handle: FileHandle; stamp: FileStamp }> {
  const handle = await open(file, "r");
  const info = await handle.stat();
  if (!info.isFile()) {
    await handle.close();
    throw new UsageError(
      `${file} is not a regular file; send its content with: ${commandLine("upload", "-")} <${shellWords([file])}`,
    );
  }
  return { handle, stamp: await fileStamp(handle) };
}

async function begunBefore(
  context: Context,
  file: string,
  stamp: FileStamp,
  options: UploadOptions,
): Promise<UploadState> {
  const state = await unfinishedUpload(context, file);
  if (!state) {
    throw new Advised(
      new UsageError(`there is no unfinished upload of ${file} in ${context.state.path}`),
      "Begin one without --resume, or go on with one of another machine by --ticket.",
    );
  }
  assertSame(options, state.begun_with ?? {});
  if (state.mtime_ms !== stamp.mtimeMs) {
    context.note(
      `note: ${file} was written to since the upload began; every stored part is compared with it`,
    );
  }
  return state;
}

/**
 * What this very command line began before and did not finish, with the same file as it seems, as the same user.
 * Undefined, too, when the service takes nothing more for it: then it is forgotten.
 */
async function sameBegunBefore(
  context: Context,
  file: string,
  stamp: FileStamp,
  options: UploadOptions,
): Promise<UploadState | undefined> {
  const [path, said] = [resolve(file), begunWith(options)];
  const [isKnown, ...others] = (await context.state.all()).filter((state) => state.file === path);
  if (isKnown === undefined) return undefined;
  const whose = await context.whose();
  const same = [isKnown, ...others].find(
    ({ size, mtime_ms, begun_with, whose: then }) =>
      size === stamp.size &&
      mtime_ms === stamp.mtimeMs &&
      then === whose &&
      isDeepStrictEqual(begun_with, said),
  );
  if (same === undefined) {
    context.note(
      `note: an upload of ${file} to image ${isKnown.image_id} is unfinished; --resume goes on with it`,
    );
    return undefined;
  }
  if (!(await isOver(context, same))) {
    context.note(`note: going on with the upload to image ${same.image_id}; --new begins another one`);
    return same;
  }
  context.note(`note: the upload to image ${same.image_id} is over at the service; beginning another one`);
  await context.state.remove(same.transfer_id);
  return undefined;
}

async function isOver(context: Context, state: UploadState): Promise<boolean> {
  const api = await context.transfers(state.endpoint);
  return showState(api, transferOf(state), context.signal).then(
    (status) => status.state === "aborted",
    (error: unknown) => {
      if (error instanceof ApiRefused && isGoneStatus(error.status)) return true;
      throw error;
    },
  );
}

/** `imagectl upload FILE|-`. */
export async function upload(context: Context, file: string, options: UploadOptions): Promise<Result> {
  checkUploadOptions(file, options);
  if (file === "-") return uploadStream(context, standardInput(), options);
  const speed = speedOf(options);
  const chosen = options.parts === undefined ? undefined : parsePartNumbers(options.parts);
  const { handle, stamp } = await openImageFile(file);
  const job = { file, handle, stamp, chosen, speed };
  try {
    if (options.decompress) {
      const bytes = handle.createReadStream({ autoClose: false, highWaterMark: READ_BYTES });
      const name = basename(file).replace(/\.(gz|xz|zst|bz2)$/i, "");
      const afterLast = () => assertUnchanged(handle, stamp);
      return await uploadStream(context, { bytes, what: file, name, afterLast }, options);
    }
    if (options.ticket !== undefined) {
      const parts = options.parts === undefined ? [] : ["--parts", options.parts];
      const resumeWith = ["--ticket", options.ticket, ...parts];
      return await resumeUpload(context, {
        ...job,
        ticket: await readTicket(options.ticket),
        resumeWith,
        signal: context.signal,
      });
    }
    const begun = options.resume
      ? await begunBefore(context, file, stamp, options)
      : options.new
        ? undefined
        : await sameBegunBefore(context, file, stamp, options);
    const ticket = begun ?? (await beginUpload(context, file, handle, stamp, options));
    const state = context.options.state === undefined ? [] : ["--state", context.options.state];
    const resumeWith = ["--resume", ...state];
    const onWait = () => context.note(`note: waiting for another imagectl that seems to send ${file}`);
    return await context.state.alone(ticket.transfer_id, context.signal, onWait, (signal) =>
      resumeUpload(context, { ...job, ticket, resumeWith, signal }),
    );
  } catch (error) {
    if (!(error instanceof InUse)) throw error;
    throw new Advised(
      new Error(`${file}: ${error.message}`),
      `Let it end (${commandLine("transfer", "list")} shows how far it is), or begin another upload with --new.`,
    );
  } finally {
    await handle.close();
  }
}
