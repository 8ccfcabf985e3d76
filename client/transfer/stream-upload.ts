import { digestsAtOnce, type RunningDigests } from "../../shared/hashing/running-digests.ts";
import { parallelParts } from "../../shared/images/domain/part-plan.ts";
import type { FilledPart, StoredPart } from "./part-uploader.ts";

export interface StreamUpload {
  /** The bytes in order, each chunk good until the next one is asked for. Ends with the signal's reason when that is aborted. */
  readonly source: (signal: AbortSignal) => AsyncIterable<Buffer>;
  /** Bytes of each part; a part with fewer is the last one. Asked when the part's first byte is there. */
  readonly partBytes: (partNumber: number) => number;
  readonly store: (part: FilledPart, signal: AbortSignal) => Promise<StoredPart>;
  readonly signal: AbortSignal;
  /** Begins the digests of all: of so many bytes where they have all come. Computed at once unless it is said. */
  readonly startDigests?: (algorithms: readonly string[], bytes: number | undefined) => RunningDigests;
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
  length: number;
}

/** Buffers of one upload, which hash threads see. A buffer comes back when its part is stored and is used again for parts of its size. */
class PartBuffers {
  #free: Buffer[] = [];
  #bytes = 0;
  peakBytes = 0;

  take(bytes: number): Buffer {
    // Sizes only grow: a free buffer of another size will never be wanted again.
    const kept = this.#free.filter((buffer) => buffer.length === bytes);
    const buffer = kept.pop() ?? Buffer.from(new SharedArrayBuffer(bytes));
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
  startDigests = digestsAtOnce,
}: StreamUpload): Promise<StreamDigest> {
  const stop = new AbortController();
  const follow = () => stop.abort(signal.reason);
  signal.addEventListener("abort", follow, { once: true });
  if (signal.aborted) follow();

  let digests: RunningDigests | undefined;
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
    return { number, buffer: buffers.take(size), length: 0 };
  };

  const finish = ({ number, buffer, length }: Filling, isLast = false): void => {
    const part = buffer.subarray(0, length);
    const whole = digests ?? startDigests(["md5", "sha512"], isLast ? bytes : undefined);
    digests = whole;
    const hashed = whole.add(part);
    const send = async () => {
      const md5 = Buffer.from(await whole.md5Of(part), "hex");
      stop.signal.throwIfAborted();
      parts.push(await store({ number, bytes: part, md5 }, stop.signal));
    };
    // The buffer is used again when nobody reads it any more.
    const run = Promise.allSettled([send(), hashed]).then((ends) => {
      for (const end of ends) if (end.status === "rejected") stop.abort(end.reason);
      buffers.giveBack(buffer);
      running.delete(run);
    });
    running.add(run);
  };

  try {
    let filling: Filling | undefined;
    for await (const chunk of source(stop.signal)) {
      bytes += chunk.length;
      for (let offset = 0; offset < chunk.length; ) {
        filling ??= await begin();
        const copied = chunk.copy(filling.buffer, filling.length, offset);
        filling.length += copied;
        offset += copied;
        if (filling.length === filling.buffer.length) {
          finish(filling);
          filling = undefined;
        }
      }
    }
    if (filling) finish(filling, true);
  } catch (error) {
    stop.abort(error);
  }
  await Promise.all(running);
  signal.removeEventListener("abort", follow);
  const whole = digests ?? startDigests(["md5", "sha512"], 0);
  try {
    stop.signal.throwIfAborted();
    const found = await whole.digests();
    return {
      bytes,
      md5: found.get("md5") ?? "",
      sha512: found.get("sha512") ?? "",
      parts: parts.sort((one, other) => one.number - other.number),
      peakBufferBytes: buffers.peakBytes,
    };
  } finally {
    whole.close();
  }
}
