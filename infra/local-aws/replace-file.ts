import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "./lasting-folders.ts";

/**
 * Writes a file whole (mode 0600) or leaves the old one: temporary file, fsync, rename. After a power cut it may be the
 * old one still, or none where there was none.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The same, and a power cut changes nothing any more once it has returned. */
export async function keepFile(path: string, content: string): Promise<void> {
  await replaceFile(path, content);
  await syncFolder(dirname(path));
}
