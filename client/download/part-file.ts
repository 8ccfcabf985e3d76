import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { isJsonObject } from "../../shared/json-object.ts";
import { writePrivate } from "../machine/write-private.ts";
import type { Image } from "../openstack/image-service.ts";
import { PIECE_BYTES } from "./image-data.ts";

const SAVE_MS = 1000;
const BLOCK_BYTES = 64 * 1024;
const zeros = Buffer.alloc(BLOCK_BYTES);

/** What a half-done file must be of, to be gone on with. */
const identityOf = (image: Image) =>
  JSON.stringify([image.id, image.size, image.os_hash_value, image.checksum, PIECE_BYTES]);

async function knownPieces(path: string, identity: string): Promise<Set<number>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    const { image, pieces } = isJsonObject(value) ? value : {};
    if (image !== identity || !Array.isArray(pieces)) return new Set();
    return new Set(pieces.filter((piece): piece is number => Number.isSafeInteger(piece)));
  } catch {
    // Nothing begun, or a record that says nothing: begin from the start.
    return new Set();
  }
}

/**
 * A download's temporary file beside its destination, `FILE.part`, and the record of its pieces, `FILE.part.json`.
 * The record may lag behind the file by a second, never run ahead of it as long as the system lives; what a power cut
 * does beyond that is found by the hash over the whole.
 */
export class PartFile {
  readonly handle: FileHandle;
  readonly done: Set<number>;
  readonly #path: string;
  readonly #identity: string;
  #saved = 0;
  #saving: Promise<void> = Promise.resolve();

  private constructor(path: string, identity: string, handle: FileHandle, done: Set<number>) {
    this.#path = path;
    this.#identity = identity;
    this.handle = handle;
    this.done = done;
  }

  /** Goes on with what is there of this very image, unless `afresh`. */
  static async open(destination: string, image: Image, afresh = false): Promise<PartFile> {
    const path = `${destination}.part`;
    const identity = identityOf(image);
    let done = afresh ? new Set<number>() : await knownPieces(`${path}.json`, identity);
    const existing = done.size > 0 ? await open(path, "r+").catch(() => undefined) : undefined;
    if (!existing) done = new Set();
    const handle = existing ?? (await open(path, "w+"));
    // Its full length at once: what is never written, because it is zeros, takes no room.
    await handle.truncate(image.size ?? 0);
    return new PartFile(path, identity, handle, done);
  }

  async write(piece: number, bytes: Buffer): Promise<void> {
    const offset = piece * PIECE_BYTES;
    for (let from = 0; from < bytes.length; ) {
      const isHole = isZero(bytes.subarray(from, from + BLOCK_BYTES));
      let to = from + BLOCK_BYTES;
      while (to < bytes.length && isZero(bytes.subarray(to, to + BLOCK_BYTES)) === isHole) to += BLOCK_BYTES;
      to = Math.min(to, bytes.length);
      if (!isHole) await this.handle.write(bytes, from, to - from, offset + from);
      from = to;
    }
    this.done.add(piece);
    if (performance.now() - this.#saved > SAVE_MS) await this.save();
  }

  /** Writes the record; one writer at a time. */
  save(): Promise<void> {
    this.#saved = performance.now();
    this.#saving = this.#saving.then(() =>
      writePrivate(`${this.#path}.json`, JSON.stringify({ image: this.#identity, pieces: [...this.done] })),
    );
    return this.#saving;
  }

  /** Makes it the destination; durable when it resolves. */
  async finish(destination: string): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
    await rename(this.#path, destination);
    await rm(`${this.#path}.json`, { force: true });
  }

  async discard(): Promise<void> {
    await this.handle.close();
    await rm(this.#path, { force: true });
    await rm(`${this.#path}.json`, { force: true });
  }
}

const isZero = (block: Buffer): boolean =>
  block.equals(block.length === BLOCK_BYTES ? zeros : zeros.subarray(0, block.length));
