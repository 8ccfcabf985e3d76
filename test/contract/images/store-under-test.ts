import { createHash, randomUUID } from "node:crypto";
import { afterEach, expect } from "vitest";
import type { BlobStore } from "../../../shared/images/ports/blob-store.ts";

export interface BlobStoreUnderTest {
  readonly blobs: BlobStore;
  /** Stores an object of these bytes in the way that large ones come into this store. */
  readonly place: (key: string, bytes: Uint8Array) => Promise<void>;
  /** Deletes what was placed. */
  readonly discard: (key: string) => Promise<void>;
  /** A key that no other test uses; one of an object of its own unless said. */
  readonly newKey?: () => string;
  /** Keys of all objects and ids of all uploads that are there. */
  readonly leftovers: () => Promise<readonly string[]>;
}

/** What this store cannot do, each with its reason; the tests of it expect the refusal instead. */
export interface StoreLimitations {
  readonly putIfAbsent?: string;
  /** Of small objects that are stored at the same moment it may take several, and keeps one of them. */
  readonly concurrentPuts?: string;
  /** It overwrites by a late completion of an upload; what is stored then is the late one. */
  readonly completionReplaces?: string;
}

export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/** Opens the store for each test, with a key of its own; a test that leaves an object or an upload behind fails. */
export function opened<UnderTest extends BlobStoreUnderTest>(open: () => Promise<UnderTest>) {
  let current: UnderTest | undefined;
  afterEach(async () => {
    expect(await current?.leftovers()).toEqual([]);
    current = undefined;
  });
  return async () => {
    current = await open();
    return { ...current, key: current.newKey?.() ?? `${randomUUID()}/${randomUUID()}` };
  };
}

/** A stream of these bytes in chunks of no round length, and whether it was ended. */
export function streamed(bytes: Uint8Array, { breaksAfter = Number.POSITIVE_INFINITY } = {}) {
  const state = { taken: 0, isEnded: false };
  async function* chunks() {
    try {
      for (let at = 0; at < bytes.length; at += 99_991) {
        if (at >= breaksAfter) throw new Error("the source broke off");
        const chunk = bytes.subarray(at, at + 99_991);
        state.taken += chunk.length;
        yield chunk;
      }
    } finally {
      state.isEnded = true;
    }
  }
  return { bytes: chunks(), state };
}

/** All bytes of a stream. */
export async function collected(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
