import type { Transform } from "node:stream";
import type { ChunkInput } from "./chunk-input.ts";

/** One of node:zlib. */
type Engine = Transform & { readonly bytesWritten: number };

const given = (engine: Engine, chunk: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    engine.write(chunk, () => resolve());
  });

/** Gives the engine what it takes, chunk by chunk; what it leaves, as its data is at an end, goes back. */
async function feed(engine: Engine, input: ChunkInput): Promise<void> {
  let before = 0;
  for (let chunk = await input.next(); chunk; chunk = await input.next()) {
    await given(engine, chunk);
    if (engine.destroyed && !engine.readableEnded) return;
    const taken = engine.bytesWritten - before;
    before = engine.bytesWritten;
    if (taken < chunk.length) return input.giveBack(chunk.subarray(taken));
  }
  engine.end();
}

/** What the engine makes of the input up to the end of its data, as it comes, and no faster than it is taken. */
export async function* throughEngine(engine: Engine, input: ChunkInput): AsyncGenerator<Uint8Array> {
  // Its error is the engine's, and comes with the engine's bytes.
  const fed = feed(engine, input).catch((error: unknown) => {
    engine.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  yield* engine as AsyncIterable<Uint8Array>;
  await fed;
}
