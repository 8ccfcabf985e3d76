import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import type { FileStamp } from "../upload/file-changed.ts";
import { fileStamp } from "../upload/file-changed.ts";
import { evenLayout } from "../upload/part-layout.ts";
import { fileSource } from "../upload/part-source.ts";
import { findStored } from "../upload/run-transfer.ts";
import { transferOf, type UploadState } from "../upload/ticket.ts";
import type { Context } from "./context.ts";

/** Stored parts that are compared before an upload is taken for that of another file name; the others are later. */
const COMPARED_PARTS = 3;
const LOOK_MS = 10_000;

/** True when what is stored of an upload are parts of this file; where nothing is, its time of change must do. */
async function isOf(
  context: Context,
  state: UploadState,
  handle: FileHandle,
  stamp: FileStamp,
): Promise<boolean> {
  if (state.size !== stamp.size) return false;
  try {
    const api = await context.transfers(state.endpoint);
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(LOOK_MS)]);
    const { stored } = await findStored(api, transferOf(state), signal);
    if (stored.size === 0) return state.mtime_ms === stamp.mtimeMs;
    const layout = evenLayout(stamp.size, state.part_size);
    const source = fileSource(handle);
    for (const { number, etag } of [...stored.values()].slice(0, COMPARED_PARTS)) {
      const part = Buffer.alloc(layout.sizeOf(number) ?? 0);
      await source.fill(part, layout.offsetOf(number));
      if (createHash("md5").update(part).digest("hex") !== etag) return false;
    }
    return true;
  } catch (error) {
    context.signal.throwIfAborted();
    // Over, unknown there, or out of reach: it cannot be gone on with in any case.
    if (error instanceof Error) return false;
    throw error;
  }
}

/**
 * The unfinished upload of a file that was begun last on this machine. A file that has another name now is found by
 * the MD5 of its stored parts, and remembered under its new name.
 */
export async function unfinishedUpload(context: Context, file: string): Promise<UploadState | undefined> {
  const path = resolve(file);
  const known = await context.state.find(path);
  if (known) return known;
  const handle = await open(path, "r").catch(() => undefined);
  if (!handle) return undefined;
  try {
    const stamp = await fileStamp(handle);
    for (const state of await context.state.all()) {
      if (!(await isOf(context, state, handle, stamp))) continue;
      context.note(`note: ${file} was ${state.file} when its upload began`);
      const renamed = { ...state, file: path };
      await context.state.save(renamed);
      return renamed;
    }
    return undefined;
  } finally {
    await handle.close();
  }
}
