import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { StartFailure } from "../../start-failure.ts";

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
/** Record types of the log (LevelDB, doc/log_format.md). */
const [FULL, FIRST, , LAST] = [1, 2, 3, 4] as const;

const filesIn = async (directory: string): Promise<readonly string[]> =>
  readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });

/**
 * Throws StartFailure when the folder has tables and no CURRENT: LevelDB would take it for a new one and clear the
 * rest away.
 */
export async function requireCurrent(directory: string): Promise<void> {
  const files = await filesIn(directory);
  const manifest = files
    .filter((file) => file.startsWith("MANIFEST-"))
    .sort()
    .at(-1);
  const hasTables = files.some((file) => /\.(ldb|log)$/.test(file));
  if (files.includes("CURRENT") || (!hasTables && manifest === undefined)) return;
  throw new StartFailure(
    `${join(directory, "CURRENT")} is missing, without which all tables would be lost: ` +
      (manifest === undefined
        ? "restore the folder from a copy, or move it away to start with empty tables"
        : `write it again (echo ${manifest} > ${join(directory, "CURRENT")}), or restore the folder from a copy`),
  );
}

/**
 * What is lost of the last writes, in words; undefined when nothing is. LevelDB goes on without a word when its log ends
 * in the middle of a record, and says only in its own LOG when it drops one (`dropping N bytes`). To be asked before
 * the folder is opened for `tornLog`, and after it for `droppedRecords`.
 */
export async function tornLog(directory: string): Promise<string | undefined> {
  const log = (await filesIn(directory))
    .filter((file) => /^\d+\.log$/.test(file))
    .sort()
    .at(-1);
  if (log === undefined) return undefined;
  const path = join(directory, log);
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    let isInside = false;
    for (let at = 0; at < size; ) {
      const left = BLOCK_BYTES - (at % BLOCK_BYTES);
      // Too little for a header: filled with zeros.
      if (left < HEADER_BYTES) {
        at += left;
        continue;
      }
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, at);
      const [length, type] = [buffer.readUInt16LE(4), buffer[6] ?? 0];
      // Room that was set aside for records and never used.
      if (bytesRead === HEADER_BYTES && type === 0 && length === 0) return undefined;
      const end = at + HEADER_BYTES + length;
      if (bytesRead < HEADER_BYTES || end > size) return `${path} ends in the middle of a record`;
      if (type === FIRST) isInside = true;
      if (type === FULL || type === LAST) isInside = false;
      at = end;
    }
    return isInside ? `${path} ends in the middle of a record` : undefined;
  } finally {
    await file.close();
  }
}

export async function droppedRecords(directory: string): Promise<string | undefined> {
  const text = await readFile(join(directory, "LOG"), "utf8").catch(() => "");
  const line = /^.*dropping \d+ bytes.*$/m.exec(text)?.[0];
  // Without the time and the thread that it begins with.
  return line?.replace(/^\S+ \w+ /, "").trim();
}
