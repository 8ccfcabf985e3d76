import { PartUrls } from "../protocol/part-urls.ts";
import { type RetryPolicy, retrying } from "../protocol/retry.ts";
import type { ListedPart } from "../protocol/transfer-answers.ts";
import type { CompletionStatement } from "../protocol/transfer-calls.ts";
import { createFileHashes } from "./file-hashes.ts";
import { Paused, type PauseGate } from "./pause-gate.ts";
import type { ProgressMeter } from "./progress-meter.ts";
import { type PartMd5, putPart, UrlRefused } from "./put-part.ts";
import { isInterruption, type TransferCalls } from "./transfer-calls.ts";

export interface FileSending {
  readonly file: Blob;
  readonly calls: TransferCalls;
  readonly partBytes: number;
  /** What S3 already has; a part with another MD5 than the file's is sent again. */
  readonly stored: ReadonlyMap<number, ListedPart>;
  readonly gate: PauseGate;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal;
}

/** What one page sends at a time: browsers allow six connections to a host. */
const PARALLEL = 4;
const policy: RetryPolicy = { attempts: 8, baseMs: 250, capMs: 10_000 };

/**
 * Reads the file once from its beginning, hashes it in order and stores the parts that S3 lacks, several at a time. The
 * browser sends them from the file itself, so that no part is in the page's memory. The first failure stops the other
 * parts and is thrown once nothing runs any more.
 */
export async function sendFile(sending: FileSending): Promise<CompletionStatement> {
  const { file, calls, partBytes, stored, gate, meter } = sending;
  const stop = new AbortController();
  const signal = AbortSignal.any([sending.signal, stop.signal]);
  const partOf = (number: number): Blob | undefined => {
    const start = (number - 1) * partBytes;
    return start < file.size ? file.slice(start, Math.min(file.size, start + partBytes)) : undefined;
  };
  const urls = new PartUrls({
    sizeOf: (number) => partOf(number)?.size,
    sign: (parts) => calls.sign(parts, signal),
  });
  const running = new Set<Promise<void>>();
  const parts: { number: number; etag: string }[] = [];

  async function store(number: number, bytes: Blob, md5: PartMd5): Promise<void> {
    const put = async () => {
      await gate.pass(signal);
      const url = await urls.take(number, bytes.size);
      const onSent = (sent: number) => meter.sent(number, sent);
      try {
        await putPart({ url, bytes, md5, signal: AbortSignal.any([signal, gate.signal]), onSent });
      } catch (error) {
        if (error instanceof UrlRefused) urls.drop(number);
        meter.sent(number, 0);
        throw error;
      }
    };
    for (let isStored = false; !isStored; ) {
      isStored = await retrying(put, { policy, isTransient: isInterruption, signal }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Paused) return false;
          throw error;
        },
      );
    }
    urls.drop(number);
    meter.sent(number, bytes.size);
  }

  const start = (number: number, bytes: Blob, md5: PartMd5): void => {
    const run = store(number, bytes, md5)
      .catch((error: unknown) => stop.abort(error))
      .finally(() => running.delete(run));
    running.add(run);
  };

  const hashes = await createFileHashes();
  try {
    for (let number = 1, bytes = partOf(1); bytes; bytes = partOf(++number)) {
      await gate.pass(signal);
      const md5 = await hashes.next(bytes, signal);
      const known = stored.get(number);
      if (known?.etag === md5.hex && known.size === bytes.size) meter.resumed(bytes.size);
      else {
        while (running.size >= PARALLEL) await Promise.race(running);
        signal.throwIfAborted();
        start(number, bytes, md5);
      }
      parts.push({ number, etag: md5.hex });
    }
  } catch (error) {
    stop.abort(error);
  }
  await Promise.all(running);
  signal.throwIfAborted();
  const { md5, sha512 } = hashes.whole();
  return { size: file.size, checksum: md5, os_hash_algo: "sha512", os_hash_value: sha512, parts };
}
