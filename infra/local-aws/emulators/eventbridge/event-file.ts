import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder, syncFolder } from "../../lasting-folders.ts";

/** Whoever follows events reads two such files at once: this one and the one before. */
const defaultLimitBytes = 10 * 1024 * 1024;
const tailBytes = 1024 * 1024;

/** Events in the order in which they were accepted, one JSON line each, for whoever follows the file. */
export interface EventFile {
  /** The lines are on the disk when this resolves. */
  append(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Where the last whole line ends. A killed process may have left half of one behind it, a power cut zeros in the place of
 * the bytes of its last lines.
 */
async function endOfLines(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const length = Math.min(size, tailBytes);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
  const zero = buffer.indexOf(0);
  const newline = (zero === -1 ? buffer : buffer.subarray(0, zero)).lastIndexOf(0x0a);
  return newline === -1 ? size - length : size - length + newline + 1;
}

/** Opens the file (0600). Over the limit it becomes `<path>.1`, replacing the one before, and starts again. */
export async function openEventFile(path: string, limitBytes = defaultLimitBytes): Promise<EventFile> {
  await makeFolder(dirname(path), 0o700);
  const openOne = async () => {
    const one = await open(path, "a+", 0o600);
    await syncFolder(dirname(path));
    return one;
  };
  let file = await openOne();
  let bytes = await endOfLines(file);
  await file.truncate(bytes);
  let last: Promise<unknown> = Promise.resolve();

  const append = async (text: string): Promise<void> => {
    if (bytes >= limitBytes) {
      await file.close();
      await rename(path, `${path}.1`);
      file = await openOne();
      bytes = 0;
    }
    await file.appendFile(text);
    await file.datasync();
    bytes += Buffer.byteLength(text);
  };
  return {
    append: (lines) => {
      const done = last.then(() => append(lines.map((line) => `${line}\n`).join("")));
      // Only its own caller is told of a failure; the next one tries again.
      last = done.catch(() => undefined);
      return done;
    },
    close: async () => {
      await last;
      await file.close();
    },
  };
}
