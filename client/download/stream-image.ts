import type { ImageData } from "./image-data.ts";

/**
 * The image's bytes in order, up to `parallel` pieces ahead of the reader and never more. `take` is awaited for each
 * piece before the next is asked for in its place. Throws PieceFailed or the signal's reason.
 */
export async function streamImage(
  data: ImageData,
  parallel: number,
  take: (bytes: Buffer, piece: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const ahead: Promise<Buffer>[] = [];
  let asked = 0;
  const ask = () => {
    while (ahead.length < parallel && asked < data.pieces) {
      const piece = data.piece(asked++, both);
      // Its turn to be awaited may come after another one's failure.
      piece.catch(() => undefined);
      ahead.push(piece);
    }
  };
  try {
    ask();
    for (let piece = 0; ahead.length > 0; piece++) {
      const bytes = await ahead.shift();
      both.throwIfAborted();
      if (bytes) await take(bytes, piece);
      ask();
    }
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(ahead);
    throw error;
  }
}
