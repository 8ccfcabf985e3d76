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
    this.#writing = this.#handle.writev(batch).then(({ bytesWritten }) => {
      if (bytesWritten !== bytes) throw new Error(`the disk took ${bytesWritten} of ${bytes} bytes`);
    });
    // Whoever writes or syncs next gets the error; until then it must not count as unhandled.
    this.#writing.catch(() => undefined);
  }
}
