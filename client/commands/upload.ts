import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import { parsePartNumbers } from "../terminal/amounts.ts";
import { Advised, UsageError } from "../terminal/exit-codes.ts";
import { type FileLook, lookAt } from "../upload/file-changed.ts";
import { readTicket, type Ticket } from "../upload/ticket.ts";
import { beginUpload } from "./begin-upload.ts";
import type { Context } from "./context.ts";
import { goOn } from "./go-on.ts";
import type { Result } from "./result.ts";
import { checkUploadOptions, speedOf, type UploadOptions } from "./upload-options.ts";
import { uploadStdin } from "./upload-stdin.ts";

/** Opens a file whose length is known. Throws UsageError for anything else than a regular file. */
export async function openImageFile(file: string): Promise<{ handle: FileHandle; look: FileLook }> {
  const handle = await open(file, "r");
  const info = await handle.stat();
  if (!info.isFile()) {
    await handle.close();
    throw new UsageError(`${file} is not a regular file; send its content with: imagectl upload - <${file}`);
  }
  return { handle, look: await lookAt(handle) };
}

async function begunBefore(context: Context, file: string, look: FileLook): Promise<Ticket> {
  const state = await context.state.find(resolve(file));
  if (!state) {
    throw new Advised(
      new UsageError(`there is no unfinished upload of ${file} in ${context.state.path}`),
      "Begin one without --resume, or go on with one of another machine by --ticket.",
    );
  }
  if (state.mtime_ms !== look.mtimeMs) {
    context.note(
      `note: ${file} was written to since the upload began; every stored part is compared with it`,
    );
  }
  return state;
}

/** `imagectl upload FILE|-`. */
export async function upload(context: Context, file: string, options: UploadOptions): Promise<Result> {
  checkUploadOptions(file, options);
  if (file === "-") return uploadStdin(context, options);
  const speed = speedOf(options);
  const chosen = options.parts === undefined ? undefined : parsePartNumbers(options.parts);
  const { handle, look } = await openImageFile(file);
  try {
    const ticket =
      options.ticket !== undefined
        ? await readTicket(options.ticket)
        : options.resume
          ? await begunBefore(context, file, look)
          : await beginUpload(context, file, handle, look, options);
    const state = context.options.state === undefined ? [] : ["--state", context.options.state];
    const resumeWith =
      options.ticket === undefined
        ? ["--resume", ...state]
        : ["--ticket", options.ticket, ...(options.parts === undefined ? [] : ["--parts", options.parts])];
    return await goOn(context, { file, handle, look, ticket, resumeWith, chosen, speed });
  } finally {
    await handle.close();
  }
}
