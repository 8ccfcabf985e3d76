import type { IncomingMessage } from "node:http";
import { SourceFailed } from "./fetch-errors.ts";

interface Bounds {
  /** Names the source in errors. */
  readonly name: string;
  readonly maxBytes: number;
  readonly idleMs: number;
}

/**
 * The bytes of an answer as they come, read no faster than they are taken. Throws SourceFailed when there are more than
 * `maxBytes`, when none come for `idleMs`, and when the connection ends before the announced end. Who takes no more of
 * them, or none at all, ends it by `return`: otherwise the connection stays taken.
 */
export function boundedBody(
  answer: IncomingMessage,
  bounds: Bounds,
): AsyncGenerator<Buffer, void, undefined> {
  const chunks = boundedChunks(answer, bounds);
  const end = chunks.return.bind(chunks);
  // A generator that was never begun has no `finally` to run.
  chunks.return = (value) => {
    if (!answer.readableEnded) answer.destroy();
    return end(value);
  };
  return chunks;
}

async function* boundedChunks(
  answer: IncomingMessage,
  { name, maxBytes, idleMs }: Bounds,
): AsyncGenerator<Buffer, void, undefined> {
  const announced = Number(answer.headers["content-length"]);
  const tooLong = () => new SourceFailed(`${name} has more than the ${maxBytes} bytes that are taken.`);
  if (announced > maxBytes) {
    answer.destroy();
    throw tooLong();
  }
  let bytes = 0;
  const chunks = (answer as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      // Only while somebody waits for them: a reader that is slow itself is no fault of the source.
      const timer = setTimeout(
        () => answer.destroy(new SourceFailed(`${name} sent nothing for ${idleMs / 1000} s.`)),
        idleMs,
      );
      const { value: chunk, done } = await chunks.next().finally(() => clearTimeout(timer));
      if (done) return;
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLong();
      yield chunk;
    }
  } catch (error) {
    if (error instanceof SourceFailed || (error as Error).name === "AbortError") throw error;
    throw new SourceFailed(`${name} broke off after ${bytes} bytes.`, { cause: error });
  } finally {
    if (!answer.readableEnded) answer.destroy();
  }
}
