const newMemory = (bytes: number): Uint8Array => Buffer.allocUnsafe(bytes);

/**
 * Bytes as they come in parts of these lengths, by their numbers from 1; the last one has the rest. None of no bytes.
 * `memoryOf` gives memory of just so many bytes for each.
 */
export async function* cutParts(
  chunks: AsyncIterable<Uint8Array>,
  lengthOf: (number: number) => number,
  memoryOf: (bytes: number) => Uint8Array | Promise<Uint8Array> = newMemory,
): AsyncGenerator<Uint8Array, void, undefined> {
  let number = 1;
  let part = await memoryOf(lengthOf(number));
  let filled = 0;
  for await (const chunk of chunks) {
    for (let taken = 0; taken < chunk.length; ) {
      if (filled === part.length) {
        yield part;
        part = await memoryOf(lengthOf(++number));
        filled = 0;
      }
      const some = chunk.subarray(taken, taken + part.length - filled);
      part.set(some, filled);
      filled += some.length;
      taken += some.length;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}
