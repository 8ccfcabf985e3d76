import type { ChunkInput } from "./chunk-input.ts";

/** Chunks as bytes that are asked for by their number. */
export function exactInput(input: ChunkInput) {
  /** Fewer at the end only. */
  const upTo = async (count: number): Promise<Buffer> => {
    const parts: Uint8Array[] = [];
    for (let missing = count; missing > 0; ) {
      const chunk = await input.next();
      if (!chunk) break;
      parts.push(chunk.subarray(0, missing));
      if (chunk.length > missing) input.giveBack(chunk.subarray(missing));
      missing -= Math.min(missing, chunk.length);
    }
    const [only] = parts;
    return only && parts.length === 1
      ? Buffer.from(only.buffer, only.byteOffset, only.length)
      : Buffer.concat(parts);
  };
  return { upTo };
}

export type ExactInput = ReturnType<typeof exactInput>;
