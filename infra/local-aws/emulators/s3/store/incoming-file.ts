import { randomUUID } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";

const batchBytes = 1024 * 1024;

/**
 * A file being received. Chunks are gathered and written while the next ones arrive, never more than two batches
 * in memory. Disposing removes what has not been renamed away.
 */
export class IncomingFile implements AsyncDisposable {
  readonly path: string;
  readonly #handle: FileHandle;
  #batch: Buffer[] = [];
  #batchBytes = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  static async create(folder: string): Promise<IncomingFile> {
    const path = join(folder, randomUUID());
    return new IncomingFile(path, await open(path, "wx"));
  }

  /** Returns a promise only when the caller should wait for it before it brings more. */
  write(chunk: Buffer): Promise<void> | undefined {
    this.#batch.push(chunk);
    this.#batchBytes += chunk.length;
    return this.#batchBytes < batchBytes ? undefined : this.#flush();
  }

  /** Everything written is on the disk when this returns. */
  async sync(): Promise<void> {
    await this.#flush();
    await this.#writing;
    await this.#handle.datasync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#handle.close();
    await rm(this.path, { force: true });
  }

  async #flush(): Promise<void> {
    await this.#writing;
    const [batch, bytes] = [this.#batch, this.#batchBytes];
    this.#batch = [];
    this.#batchBytes = 0;
    if (bytes === 0) return;
    this.#writing = this.#write(batch, bytes);
    // Whoever writes or syncs next gets the error; until then it must not count as unhandled.
    this.#writing.catch(() => undefined);
  }

  async #write(batch: readonly Buffer[], bytes: number): Promise<void> {
    const { bytesWritten } = await this.#handle.writev([...batch]);
    // A disk that is nearly full takes a part, and says only to the next write that it is full.
    if (bytesWritten < bytes) await this.#handle.writeFile(Buffer.concat(batch).subarray(bytesWritten));
  }
}
