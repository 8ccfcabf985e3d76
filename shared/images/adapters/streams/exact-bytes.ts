import { SizeDiffers } from "../../ports/blob-store.ts";

/** The bytes as they come. Throws SizeDiffers as soon as there are more than `size` of them, or at an end before it. */
export async function* exactBytes(
  bytes: AsyncIterable<Uint8Array>,
  size: number | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let count = 0;
  for await (const chunk of bytes) {
    count += chunk.length;
    if (size !== undefined && count > size)
      throw new SizeDiffers(`More bytes came than the ${size} that were announced.`);
    yield chunk;
  }
  if (size !== undefined && count < size)
    throw new SizeDiffers(`Only ${count} of the ${size} bytes came that were announced.`);
}
