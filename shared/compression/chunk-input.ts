/** Chunks one after the other, of which the last may be given back in part. */
export function chunkInput(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let back: Uint8Array | undefined;
  return {
    /** Undefined at the end. */
    next: async (): Promise<Uint8Array | undefined> => {
      if (back) {
        const chunk = back;
        back = undefined;
        return chunk;
      }
      const { value, done } = await iterator.next();
      return done ? undefined : value;
    },
    giveBack: (rest: Uint8Array): void => {
      back = rest;
    },
    close: async (): Promise<void> => {
      await iterator.return?.();
    },
  };
}

export type ChunkInput = ReturnType<typeof chunkInput>;
