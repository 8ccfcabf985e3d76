import { open, rename } from "node:fs/promises";

/** Replaces a file as a whole; a power cut leaves the old or the new one. `mode` is the new file's, whatever the umask says. */
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w", mode);
  try {
    // The mode above counts only for a new file.
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
