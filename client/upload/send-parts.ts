import { type HashThread, startHashThread } from "../machine/hash-thread.ts";
import type { Parallelism } from "../transfer/parallelism.ts";
import type { FilledPart, StoredPart } from "../transfer/part-uploader.ts";
import { FileChanged } from "./file-changed.ts";
import type { ImageSigner } from "./image-signer.ts";
import { PartBuffers } from "./part-buffers.ts";
import { LayoutRefused, type PartLayout } from "./part-layout.ts";
import type { PartSource } from "./part-source.ts";

export interface SendParts {
  readonly source: PartSource;
  readonly layout: PartLayout;
  /** MD5, hex, and bytes of what the store has already: such parts are read and compared, never sent. */
  readonly stored: ReadonlyMap<number, { readonly etag: string; readonly size: number }>;
  /** Parts to look at; undefined: all of them, with the hashes of the whole. */
  readonly chosen: ReadonlySet<number> | undefined;
  readonly store: (part: FilledPart, signal: AbortSignal) => Promise<StoredPart>;
  readonly parallelism: Parallelism;
  /** A part is in the store, just now or from before. */
  readonly onStored: (partNumber: number, bytes: number) => void;
  /** Signs the whole image on the way, unless only some parts are chosen. */
  readonly signer?: ImageSigner | undefined;
  readonly signal: AbortSignal;
}

export interface SentParts {
  /** Bytes of all parts looked at. */
  readonly bytes: number;
  readonly sentBytes: number;
  readonly parts: readonly StoredPart[];
  /** Of the whole image, hex; undefined when only some parts were chosen. */
  readonly hashes: { readonly md5: string; readonly sha512: string } | undefined;
  /** Of the whole image, base64; undefined when nobody signs, or only some parts were chosen. */
  readonly signature: string | undefined;
}

/**
 * Reads the image once, in order, hashes it on the way and stores what the store lacks, several parts at a time.
 * Throws FileChanged when a stored part is not what the source has now, or the source is shorter than the layout.
 * The first failure stops everything, and is thrown once nothing runs any more.
 */
export async function sendParts(job: SendParts): Promise<SentParts> {
  const { source, layout, stored, chosen, store, parallelism, onStored, signal } = job;
  const stop = new AbortController();
  const follow = () => stop.abort(signal.reason);
  signal.addEventListener("abort", follow, { once: true });
  if (signal.aborted) follow();

  const md5 = startHashThread("md5");
  const sha512: HashThread | undefined = chosen ? undefined : startHashThread("sha512");
  const signing: HashThread | undefined = chosen ? undefined : job.signer?.start();
  const buffers = new PartBuffers(stop.signal);
  const running = new Set<Promise<void>>();
  const parts: StoredPart[] = [];
  let [bytes, sentBytes, sending] = [0, 0, 0];

  async function storeOne(number: number, part: Buffer, digest: Buffer): Promise<void> {
    const etag = digest.toString("hex");
    const known = stored.get(number);
    if (known && known.etag === etag && known.size === part.length) {
      parts.push({ number, etag });
      onStored(number, part.length);
      return;
    }
    if (known) {
      throw new FileChanged(
        `the file is not the one this upload was begun with: part ${number} is stored with other bytes`,
      );
    }
    sending += 1;
    try {
      parts.push(await store({ number, bytes: part, md5: digest }, stop.signal));
    } finally {
      sending -= 1;
      buffers.wake();
    }
    sentBytes += part.length;
    parallelism.stored(part.length);
    onStored(number, part.length);
  }

  async function sendOne(number: number, buffer: Buffer, length: number): Promise<void> {
    const part = buffer.subarray(0, length);
    const inMd5 = md5.update(part, true);
    const others = [sha512?.update(part, false), signing?.update(part, false)];
    try {
      await storeOne(number, part, await inMd5.alone);
    } catch (error) {
      stop.abort(error);
    }
    // The threads may still read the buffer.
    await Promise.all([inMd5, ...others].map((thread) => thread?.taken)).catch((error: unknown) =>
      stop.abort(error),
    );
    buffers.giveBack(buffer);
  }

  function begin(number: number, buffer: Buffer, length: number): void {
    const run = sendOne(number, buffer, length).finally(() => {
      running.delete(run);
      buffers.wake();
    });
    running.add(run);
  }

  try {
    const last = chosen ? Math.max(...chosen) : Number.POSITIVE_INFINITY;
    for (let number = 1; number <= last; number++) {
      const size = layout.sizeOf(number);
      if (size === undefined) {
        if (layout.count !== undefined) break;
        throw new LayoutRefused(
          "the stream is too long to be sent without knowing its length; send it from a file",
        );
      }
      if (chosen && !chosen.has(number)) continue;
      const buffer = await buffers.take(
        size,
        () => sending < parallelism.limit && running.size <= parallelism.limit + 1,
      );
      const length = await source.fill(buffer, layout.offsetOf(number));
      stop.signal.throwIfAborted();
      if (length < size && layout.count !== undefined) throw new FileChanged("the file has become shorter");
      bytes += length;
      if (length > 0) begin(number, buffer, length);
      if (length < size) break;
    }
    while (running.size > 0) await Promise.all(running);
    stop.signal.throwIfAborted();
    const hashes = sha512 ? { md5: await md5.digest(), sha512: await sha512.digest() } : undefined;
    const signature = await signing?.digest();
    parts.sort((one, other) => one.number - other.number);
    return { bytes, sentBytes, parts, hashes, signature };
  } catch (error) {
    stop.abort(error);
    await Promise.all(running);
    throw stop.signal.reason;
  } finally {
    signal.removeEventListener("abort", follow);
    md5.close();
    sha512?.close();
    signing?.close();
  }
}
