import { cutParts } from "../../domain/cut-parts.ts";
import { planParts, streamPartBytes } from "../../domain/part-plan.ts";
import { BlobStoreFailed, type StoredBlob } from "../../ports/blob-store.ts";
import type { PresigningStore } from "../../ports/presigning-store.ts";
import { exactBytes } from "./exact-bytes.ts";

/** What a store does of which it makes an object whose bytes come through here. */
export interface PartStore
  extends Pick<PresigningStore, "createUpload" | "completeUpload" | "abortUpload" | "put" | "head"> {
  /** Stores one part, and returns its ETag. */
  sendPart(key: string, uploadId: string, number: number, bytes: Uint8Array): Promise<string>;
}

/** Sends each part while the next one is filled: two are in memory. */
async function sendAll(store: PartStore, key: string, uploadId: string, parts: AsyncIterable<Uint8Array>) {
  const sent: { readonly number: number; readonly etag: string }[] = [];
  let sending: Promise<void> | undefined;
  let number = 0;
  for await (const part of parts) {
    await sending;
    const current = ++number;
    sending = store.sendPart(key, uploadId, current, part).then((etag) => {
      sent.push({ number: current, etag });
    });
    // Awaited above or below: until then a failure is nobody's unhandled one.
    sending.catch(() => undefined);
  }
  await sending;
  return sent;
}

async function upload(store: PartStore, key: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const uploadId = await store.createUpload(key);
  try {
    await store.completeUpload(key, uploadId, await sendAll(store, key, uploadId, parts));
  } finally {
    // Of use after a failure, and where an object was there already. What it leaves, the reaper finds.
    await store.abortUpload(key, uploadId).catch(() => undefined);
  }
}

async function* after<Item>(
  first: readonly Item[],
  rest: AsyncIterable<Item>,
): AsyncGenerator<Item, void, undefined> {
  yield* first;
  yield* rest;
}

/**
 * Stores an object whole as its bytes come: what one part holds by one `put`, all else by an upload, which is aborted
 * when anything fails. Parts are those of the part plan, growing ones where the size is not known.
 */
export async function writeInParts(
  store: PartStore,
  key: string,
  bytes: AsyncIterable<Uint8Array>,
  size: number | undefined,
): Promise<StoredBlob> {
  const plan = size === undefined ? undefined : planParts(size);
  const planned = plan && Math.min(plan.partBytes, size ?? 0);
  const parts = cutParts(exactBytes(bytes, size), (number) => planned ?? streamPartBytes(number));
  try {
    const first = await parts.next();
    const second = await parts.next();
    if (second.done) await store.put(key, first.value ?? new Uint8Array());
    else await upload(store, key, after([first.value ?? new Uint8Array(), second.value], parts));
  } finally {
    // Ends the source, too, when the store failed.
    await parts.return();
  }
  const stored = await store.head(key);
  if (!stored) throw new BlobStoreFailed("The object was deleted while it was stored; try again later.");
  return stored;
}
