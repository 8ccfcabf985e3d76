import type { Image } from "../openstack/image-service.ts";
import { inParallel } from "../protocol/in-parallel.ts";
import type { Parallelism } from "../transfer/parallelism.ts";
import { type ImageData, PIECE_BYTES } from "./image-data.ts";
import { ImageHash } from "./image-hashes.ts";
import type { PartFile } from "./part-file.ts";

export interface DownloadJob {
  readonly image: Image;
  readonly data: ImageData;
  readonly parallelism: Parallelism;
  readonly progress: { done(piece: number, bytes: number): void; moving(piece: number, bytes: number): void };
  readonly signal: AbortSignal;
}

/**
 * Fetches the pieces that the temporary file lacks, and hashes what lies in the file behind them, in order. Resolves
 * to the hash and the bytes that were fetched. Throws DataMismatch, PieceFailed, or the signal's reason; what was
 * fetched stays in the file and is on record.
 */
export async function fillPartFile(file: PartFile, job: DownloadJob) {
  const { image, data, parallelism, progress } = job;
  const stop = new AbortController();
  const signal = AbortSignal.any([job.signal, stop.signal]);
  const hash = new ImageHash(image);
  let fetchedBytes = 0;
  let wake = () => {};

  const missing = Array.from({ length: data.pieces }, (_, piece) => piece).filter(
    (piece) => !file.done.has(piece),
  );
  for (const piece of file.done) progress.done(piece, Math.min(PIECE_BYTES, data.size - piece * PIECE_BYTES));

  const fetching = inParallel(
    missing,
    () => parallelism.limit,
    async (piece, pieceSignal) => {
      const bytes = await data.piece(piece, pieceSignal);
      await file.write(piece, bytes);
      fetchedBytes += bytes.length;
      parallelism.stored(bytes.length);
      progress.moving(piece, bytes.length);
      progress.done(piece, bytes.length);
      wake();
    },
    signal,
  );

  async function hashInOrder(): Promise<void> {
    const buffers = [0, 1].map(() => Buffer.from(new SharedArrayBuffer(PIECE_BYTES)));
    const taken = [Promise.resolve(), Promise.resolve()];
    for (let piece = 0; piece < data.pieces; piece++) {
      while (!file.done.has(piece)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        signal.throwIfAborted();
      }
      const slot = piece % 2;
      const buffer = buffers[slot];
      if (buffer === undefined) continue;
      await taken[slot];
      const { bytesRead } = await file.handle.read(buffer, 0, PIECE_BYTES, piece * PIECE_BYTES);
      taken[slot] = hash.update(buffer.subarray(0, bytesRead));
    }
    await Promise.all(taken);
  }

  try {
    const abandon = (error: unknown) => {
      stop.abort(error);
      wake();
    };
    await Promise.all([
      fetching.catch((error: unknown) => {
        abandon(error);
        throw error;
      }),
      hashInOrder().catch((error: unknown) => {
        abandon(error);
        throw error;
      }),
    ]);
    return { ...(await hash.compare("what was downloaded")), fetchedBytes };
  } finally {
    await fetching.catch(() => undefined);
    await file.save();
    hash.close();
  }
}
