import { once } from "node:events";
import { createReadStream } from "node:fs";
import type { Progress } from "../terminal/progress.ts";

const READ_BYTES = 4 * 1024 ** 2;

/** Reads a file of this machine to its end and returns how long it is. `take` resolves when the bytes may be changed again. */
export async function readLocalFile(
  path: string,
  take: (bytes: Buffer) => Promise<unknown>,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<number> {
  const stream = createReadStream(path, { highWaterMark: READ_BYTES, signal });
  await once(stream, "open");
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    await take(chunk);
    bytes += chunk.length;
    progress.moving(0, chunk.length);
    progress.done(0, chunk.length);
  }
  return bytes;
}
