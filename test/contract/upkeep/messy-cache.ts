import type { CachedImage } from "../../../shared/cache/domain/cached-image.ts";
import { copyKey } from "../../../shared/cache/domain/copy-key.ts";
import type { Image } from "../../../shared/images/domain/image.ts";
import type { JobPorts } from "./all-jobs.ts";
import type { AuditedTable } from "./audited-table.ts";

const DAY = 86_400;

export interface MessyCache {
  readonly newId: () => string;
  readonly active: () => Promise<Image>;
  readonly keep: (image: Image) => void;
  readonly ages: Map<string, string>;
}

/** A cache in which each of its jobs has several things to do. */
export async function messyCache(
  { bytes, at }: AuditedTable,
  { records, copies }: { readonly records: JobPorts["cache"]; readonly copies: JobPorts["copies"] },
  { newId, active, keep, ages }: MessyCache,
): Promise<void> {
  const image = async () => {
    const made = await active();
    keep(made);
    return made;
  };
  const copyOf = async (imageId: string): Promise<string> => {
    const key = copyKey({ imageId, transferId: newId() });
    await bytes.store.put(key, Buffer.from("data of an image"));
    ages.set(key, at(3 * DAY));
    return key;
  };
  const queue = (image_id: string, age: number) => {
    const after = { image_id, revision: 0, queued_at: at(age), progress_at: at(age) };
    return records.commit({ queued: { before: undefined, after } });
  };
  const enter = async ({ id, size, checksum, os_hash_value, locations }: Image, age: number) => {
    const after: CachedImage = {
      ...{ image_id: id, revision: 0, key: await copyOf(id), size: size ?? 0, checksum, os_hash_value },
      ...{ source: { store: "s3", key: locations[0]?.key ?? "" }, hits: 0, last_accessed: null },
      last_modified: at(age),
    };
    await records.commit({ cached: { before: undefined, after } });
  };
  // For the prefetcher: hints that were lost; one is too young to be lost.
  for (const age of [7200, 3600]) await queue((await image()).id, age);
  await queue((await image()).id, 5);
  // For the pruner: 16 bytes each, of which two have room.
  for (const age of [400, 300, 200, 100]) await enter(await image(), age);
  // For the cleaner: an image that is gone, one that gets nowhere, bytes that are due and bytes that nobody knows.
  const gone = await image();
  await enter({ ...gone, id: newId() }, 500);
  await queue((await image()).id, 2 * DAY);
  const imageId = newId();
  await records.commit({
    removed: [
      { image_id: imageId, key: await copyOf(imageId), due_at: at(60) },
      { image_id: imageId, key: await copyOf(imageId), due_at: at(-7200) },
    ],
  });
  await copyOf(newId());
  ages.set(await copies.createUpload(copyKey({ imageId: newId(), transferId: newId() })), at(3 * DAY));
}
