import { randomUUID } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { giveBlock, takeBlock } from "./block-memory.ts";

/**
 * A file being received. Chunks are copied to a block, which is written while the next ones arrive, never more than two
 * blocks in memory. Disposing removes what has not been renamed away.
 */
export class IncomingFile implements AsyncDisposable {
  readonly path: string;
  readonly #handle: FileHandle;
  #block: Buffer | undefined;
  #filled = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  static async create(folder: string): Promise<IncomingFile> {
    const path = join(folder, randomUUID());
    return new IncomingFile(path, await open(path, "wx"));
  }

  /** Returns a promise only when the caller should wait for it before it brings more; then the chunk may be changed. */
  write(chunk: Buffer): Promise<void> | undefined {
    const copied = this.#copy(chunk, 0);
    return copied < chunk.length ? this.#writeRest(chunk, copied) : undefined;
  }

  /** Everything written is on the disk when this returns. */
  async sync(): Promise<void> {
    await this.#flush();
    await this.#writing;
    await this.#handle.datasync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => undefined);
    if (this.#block) giveBlock(this.#block);
    this.#block = undefined;
    await this.#handle.close();
    await rm(this.path, { force: true });
  }

  #copy(chunk: Buffer, from: number): number {
    this.#block ??= takeBlock();
    const copied = chunk.copy(this.#block, this.#filled, from);
    this.#filled += copied;
    return copied;
  }

  async #writeRest(chunk: Buffer, copied: number): Promise<void> {
    for (let from = copied; from < chunk.length; ) {
      await this.#flush();
      from += this.#copy(chunk, from);
    }
  }

  async #flush(): Promise<void> {
    await this.#writing;
    const [block, bytes] = [this.#block, this.#filled];
    this.#block = undefined;
    this.#filled = 0;
    if (!block) return;
    this.#writing = this.#write(block.subarray(0, bytes)).finally(() => giveBlock(block));
    // Whoever writes or syncs next gets the error; until then it must not count as unhandled.
    this.#writing.catch(() => undefined);
  }

  async #write(bytes: Buffer): Promise<void> {
    const { bytesWritten } = await this.#handle.writev([bytes]);
    // A disk that is nearly full takes a part, and says only to the next write that it is full.
    if (bytesWritten < bytes.length) await this.#handle.writeFile(bytes.subarray(bytesWritten));
  }
}
