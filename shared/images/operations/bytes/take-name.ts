import type { BlobStore } from "../../ports/blob-store.ts";
import { BlobStoreFailed, type StoredBlob } from "../../ports/blob-store.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import { allParts } from "../transfers/all-parts.ts";

// A store whose keys are used again has one name for all attempts of an image. What one attempt has left there makes way
// for the next, and nothing else does:
//
//     what lies under the name is looked at, with its mark;     a
//     the attempt is read: it still is the live one;            b
//     what was seen at `a`, and has that mark, is deleted;      c
//     the attempt's own file gets the name, if it is free.      d
//
// One attempt of an image lives for a store at a time, and only a live one's bytes become the image's, in the change that
// ends it. So what was there at `a`, before the attempt was found alive, is no later attempt's; and what comes later has
// another mark, which `c` spares. A run that was left behind anywhere deletes at `c` only what it saw, and replaces
// nothing at `d`.

/**
 * Gives an upload of which all parts are stored its name in a store whose keys are used again. `isLive`: whether the attempt
 * is alive still, and what lies there is not the image's, by the table as it is now. Undefined when it is not.
 */
export async function takeName(
  target: CopyTarget & Pick<BlobStore, "delete">,
  { key, uploadId }: { readonly key: string; readonly uploadId: string },
  isLive: () => Promise<boolean>,
): Promise<StoredBlob | undefined> {
  const own = await target.findCopied?.(key, uploadId);
  if (own) return own;
  const there = await target.head(key);
  // Also where nothing is in the way: what an attempt that is over puts there, nobody may ever delete.
  if (!(await isLive())) return undefined;
  if (there) await target.delete(key, there.etag);
  await target.completeUpload(key, uploadId, await allParts(target, key, uploadId));
  const stored = await target.findCopied?.(key, uploadId);
  if (!stored) throw new BlobStoreFailed("Another file has the image's name in the store: try again later.");
  return stored;
}
