import { createHash, type Hash } from "node:crypto";
import { parallelParts } from "../../shared/images/domain/part-plan.ts";
import type { FilledPart, StoredPart } from "./part-uploader.ts";

export interface StreamUpload {
  /** The bytes in order. Ends with the signal's reason when that is aborted. */
  readonly source: (signal: AbortSignal) => AsyncIterable<Buffer>;
  /** Bytes of each part; a part with fewer is the last one. Asked when the part's first byte is there. */
  readonly partBytes: (partNumber: number) => number;
  readonly store: (part: FilledPart, signal: AbortSignal) => Promise<StoredPart>;
  readonly signal: AbortSignal;
}

export interface StreamDigest {
  readonly bytes: number;
  /** MD5 of all bytes, hex. */
  readonly md5: string;
  /** SHA-512 of all bytes, hex. */
  readonly sha512: string;
  readonly parts: readonly StoredPart[];
  /** Most memory that parts took at one time. */
  readonly peakBufferBytes: number;
}

interface Filling {
  readonly number: number;
  readonly buffer: Buffer;
  readonly md5: Hash;
  length: number;
}

/** Buffers of one upload. A buffer comes back when its part is stored and is used again for parts of its size. */
class PartBuffers {
  #free: Buffer[] = [];
  #bytes = 0;
  peakBytes = 0;

  take(bytes: number): Buffer {
    // Sizes only grow: a free buffer of another size will never be wanted again.
    const kept = this.#free.filter((buffer) => buffer.length === bytes);
    const buffer = kept.pop() ?? Buffer.allocUnsafeSlow(bytes);
    this.#free = kept;
    this.#bytes += bytes;
    this.peakBytes = Math.max(this.peakBytes, this.#bytes);
    return buffer;
  }

  giveBack(buffer: Buffer): void {
    this.#bytes -= buffer.length;
    this.#free.push(buffer);
  }
}

/**
 * Cuts a stream into parts, hashes it on the way and stores the parts, several at a time. Reads on only while there
 * is a buffer to fill: the sender is slowed down to the store's pace. The first failure stops the reading and the
 * other parts, and is thrown once nothing of this upload runs any more.
 */
export async function uploadStream({
  source,
  partBytes,
  store,
  signal,
}: StreamUpload): Promise<StreamDigest> {
  const stop = new AbortController();
  const follow = () => stop.abort(signal.reason);
  signal.addEventListener("abort", follow, { once: true });
  if (signal.aborted) follow();

  const whole = { md5: createHash("md5"), sha512: createHash("sha512") };
  const buffers = new PartBuffers();
  const running = new Set<Promise<void>>();
  const parts: StoredPart[] = [];
  let bytes = 0;
  let started = 0;

  const begin = async (): Promise<Filling> => {
    const number = ++started;
    const size = partBytes(number);
    while (running.size > parallelParts(size)) await Promise.race(running);
    stop.signal.throwIfAborted();
    return { number, buffer: buffers.take(size), md5: createHash("md5"), length: 0 };
  };

  const finish = ({ number, buffer, md5, length }: Filling): void => {
    const run = store({ number, bytes: buffer.subarray(0, length), md5: md5.digest() }, stop.signal)
      .then(
        (stored) => {
          parts.push(stored);
        },
        (error: unknown) => stop.abort(error),
      )
      .finally(() => {
        buffers.giveBack(buffer);
        running.delete(run);
      });
    running.add(run);
  };

  try {
    let filling: Filling | undefined;
    for await (const chunk of source(stop.signal)) {
      whole.md5.update(chunk);
      whole.sha512.update(chunk);
      bytes += chunk.length;
      for (let offset = 0; offset < chunk.length; ) {
        filling ??= await begin();
        const copied = chunk.copy(filling.buffer, filling.length, offset);
        filling.md5.update(chunk.subarray(offset, offset + copied));
        filling.length += copied;
        offset += copied;
        if (filling.length === filling.buffer.length) {
          finish(filling);
          filling = undefined;
        }
      }
    }
    if (filling) finish(filling);
  } catch (error) {
    stop.abort(error);
  }
  await Promise.all(running);
  signal.removeEventListener("abort", follow);
  stop.signal.throwIfAborted();

  return {
    bytes,
    md5: whole.md5.digest("hex"),
    sha512: whole.sha512.digest("hex"),
    parts: parts.sort((one, other) => one.number - other.number),
    peakBufferBytes: buffers.peakBytes,
  };
}
