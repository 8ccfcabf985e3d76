/** Memory for parts, so many at a time, used again and again. */
export interface PartMemory {
  /** Memory of so many bytes as soon as there is room, in the order of asking; undefined once it is closed. */
  readonly take: (bytes: number) => Promise<Uint8Array | undefined>;
  /** It is for the next one. */
  readonly give: (buffer: Uint8Array) => void;
  /** Nobody gets any more, nor waits for it. */
  readonly close: () => void;
}

interface Asking {
  readonly bytes: number;
  readonly resolve: (buffer: Uint8Array | undefined) => void;
}

/**
 * Bounds what is held at a time, where what is taken is given back elsewhere and later. Threads see the memory; and made
 * anew for each part it had the collector at work for a fifth of all the processor's time.
 */
export function partMemory(most: number): PartMemory {
  let free: Uint8Array[] = [];
  const asking: Asking[] = [];
  let taken = 0;
  let isClosed = false;
  const memoryOf = (bytes: number): Uint8Array => {
    // Parts of one size are followed by larger ones: others are not wanted any more.
    const kept = free.filter(({ length }) => length === bytes);
    const buffer = kept.pop() ?? Buffer.from(new SharedArrayBuffer(bytes));
    free = kept;
    return buffer;
  };
  return {
    take: async (bytes) => {
      if (isClosed) return undefined;
      if (taken === most) return new Promise((resolve) => asking.push({ bytes, resolve }));
      taken++;
      return memoryOf(bytes);
    },
    give: (buffer) => {
      free.push(buffer);
      const next = asking.shift();
      if (next) next.resolve(memoryOf(next.bytes));
      else taken--;
    },
    close: () => {
      isClosed = true;
      for (const { resolve } of asking.splice(0)) resolve(undefined);
    },
  };
}
