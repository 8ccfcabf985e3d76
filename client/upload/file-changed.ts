import type { FileHandle } from "node:fs/promises";

/** The file is not what it was when the upload began, or not what is stored of it. */
export class FileChanged extends Error {}

/** What a file looked like. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
}

export async function fileStamp(file: FileHandle): Promise<FileStamp> {
  const { size, mtimeMs } = await file.stat();
  return { size, mtimeMs };
}

/** Throws FileChanged when somebody wrote to the file since `before`: what was read then is of two versions. */
export async function assertUnchanged(file: FileHandle, before: FileStamp): Promise<void> {
  const now = await fileStamp(file);
  if (now.size !== before.size || now.mtimeMs !== before.mtimeMs) {
    throw new FileChanged("the file was changed while it was read");
  }
}
