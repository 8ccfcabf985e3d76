import { type FileHandle, open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 200;
/** No event is larger than 256 KB, so that a full buffer holds a whole line. */
const BUFFER_BYTES = 1024 * 1024;

const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === "ENOENT") return undefined;
  throw error;
};

/** Reads whole lines of one file, from where it stopped the time before. */
class LineReader {
  readonly #file: FileHandle;
  readonly inode: number;
  #offset = 0;

  private constructor(file: FileHandle, inode: number) {
    this.#file = file;
    this.inode = inode;
  }

  /** Undefined when there is no such file. */
  static async open(path: string): Promise<LineReader | undefined> {
    const file = await open(path, "r").catch(absent);
    return file && new LineReader(file, (await file.stat()).ino);
  }

  async *lines(): AsyncGenerator<string> {
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    for (;;) {
      const { bytesRead } = await this.#file.read(buffer, 0, BUFFER_BYTES, this.#offset);
      // Half a line is read again when the rest is there.
      const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a);
      if (end === -1) return;
      this.#offset += end + 1;
      yield* buffer.toString("utf8", 0, end).split("\n");
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The lines that are there now: of the file before this one (`<path>.1`) first. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  for (const one of [`${path}.1`, path]) {
    const reader = await LineReader.open(one);
    if (!reader) continue;
    try {
      yield* reader.lines();
    } finally {
      await reader.close();
    }
  }
}

/**
 * The same, and then every further line until `signal` is aborted, whoever writes the file: it may be renamed to
 * `<path>.1`, made again, and its writer may end and start again.
 */
export async function* followLines(path: string, signal: AbortSignal): AsyncGenerator<string> {
  const before = await LineReader.open(`${path}.1`);
  if (before) {
    yield* before.lines();
    await before.close();
  }
  let reader = await LineReader.open(path);
  try {
    while (!signal.aborted) {
      const current = await stat(path).catch(absent);
      // What was written before the file was renamed comes first.
      if (reader) yield* reader.lines();
      if (current && current.ino !== reader?.inode) {
        await reader?.close();
        reader = await LineReader.open(path);
        continue;
      }
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await reader?.close();
  }
}
