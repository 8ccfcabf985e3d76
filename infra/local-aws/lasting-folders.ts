import { mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Makes the names in a folder outlive a power cut: what was made, renamed and removed there so far. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; NTFS journals its names.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder, with those above it that are missing, and makes their names outlive a power cut. A folder that was
 * there may have been made by a process that was killed before that: so its own name is made sure of in any case.
 */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  const path = resolve(folder);
  const first = await mkdir(path, { recursive: true, ...(mode !== undefined && { mode }) });
  const highest = first === undefined ? path : resolve(first);
  for (let made = path; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === highest) return;
  }
}
