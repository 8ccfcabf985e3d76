import { open, rename } from "node:fs/promises";

/** Replaces a file as a whole, readable by its owner only; a power cut leaves the old or the new one. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w", 0o600);
  try {
    // The mode above counts only for a new file.
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
