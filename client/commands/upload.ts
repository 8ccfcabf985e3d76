import { type FileHandle, open } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { commandLine } from "../command-line/command-line.ts";
import { Advised, UsageError } from "../command-line/failures.ts";
import { shellWords } from "../command-line/shell-words.ts";
import { InUse } from "../machine/alone.ts";
import { isGoneStatus } from "../protocol/answer-status.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { showState } from "../transfer/transfer-state.ts";
import { assertUnchanged, type FileStamp, fileStamp } from "../upload/file-changed.ts";
import { imageSigner } from "../upload/image-signer.ts";
import { readTicket, transferOf, type UploadState } from "../upload/ticket.ts";
import { beginUpload } from "./begin-upload.ts";
import type { Context } from "./context.ts";
import { assertSame, type PlannedImage } from "./planned-image.ts";
import type { Result } from "./result.ts";
import { resumeUpload } from "./resume-upload.ts";
import { signingIn } from "./signing-options.ts";
import { unfinishedUpload } from "./unfinished.ts";
import { type GivenUpload, type UploadPlan, uploadPlan } from "./upload-plan.ts";
import { standardInput, uploadUnsized } from "./upload-unsized.ts";

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
  image: PlannedImage,
): Promise<UploadState> {
  const state = await unfinishedUpload(context, file);
  if (!state) {
    throw new Advised(
      new UsageError(`there is no unfinished upload of ${file} in ${context.state.path}`),
      "Begin one without --resume, or go on with one of another machine by --ticket.",
    );
  }
  assertSame(image, state.begun_with ?? {});
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
  { said }: PlannedImage,
): Promise<UploadState | undefined> {
  const path = resolve(file);
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
  if (!(await hasEnded(context, same))) {
    context.note(`note: going on with the upload to image ${same.image_id}; --new begins another one`);
    return same;
  }
  context.note(`note: the upload to image ${same.image_id} is over at the service; beginning another one`);
  await context.state.remove(same.transfer_id);
  return undefined;
}

async function hasEnded(context: Context, state: UploadState): Promise<boolean> {
  const api = await context.transfers(state.endpoint);
  return showState(api, transferOf(state), context.signal).then(
    (status) => status.state === "aborted",
    (error: unknown) => {
      if (error instanceof ApiRefused && isGoneStatus(error.status)) return true;
      throw error;
    },
  );
}

/** The upload that this one goes on with; undefined: it begins another one. */
async function begun(
  context: Context,
  file: string,
  stamp: FileStamp,
  { image, start }: UploadPlan,
): Promise<UploadState | undefined> {
  if (start.kind === "resume") return begunBefore(context, file, stamp, image);
  return start.kind === "same" ? sameBegunBefore(context, file, stamp, image) : undefined;
}

/** `imagectl upload FILE|-`. */
export async function upload(context: Context, file: string, options: GivenUpload): Promise<Result> {
  const plan = uploadPlan(file, options);
  const { image, speed, start } = plan;
  if (file === "-") return uploadUnsized(context, standardInput(), plan);
  const { handle, stamp } = await openImageFile(file);
  const job = { file, handle, stamp, speed };
  try {
    if (plan.decompress) {
      const bytes = handle.createReadStream({ autoClose: false, highWaterMark: READ_BYTES });
      const name = basename(file).replace(/\.(gz|xz|zst|bz2)$/i, "");
      const afterLast = () => assertUnchanged(handle, stamp);
      return await uploadUnsized(context, { bytes, what: file, name, afterLast }, plan);
    }
    if (start.kind === "ticket") {
      const ticket = await readTicket(start.path);
      const { parts: chosen, words: resumeWith } = start;
      const rest = { chosen, resumeWith, signer: undefined, signal: context.signal };
      return await resumeUpload(context, { ...job, ticket, ...rest });
    }
    const known = await begun(context, file, stamp, plan);
    const signing = known ? signingIn(known.begun_with) : image.signing;
    const signer = signing && (await imageSigner(signing));
    const ticket = known ?? (await beginUpload(context, file, handle, stamp, image, signer));
    const state = context.options.state === undefined ? [] : ["--state", context.options.state];
    const resumeWith = ["--resume", ...state];
    const onWait = () => context.note(`note: waiting for another imagectl that seems to send ${file}`);
    return await context.state.alone(ticket.transfer_id, context.signal, onWait, (signal) =>
      resumeUpload(context, { ...job, ticket, chosen: undefined, resumeWith, signer, signal }),
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
