import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBucket } from "../../emulators/s3/store/open-bucket.ts";
import type { StoredObject } from "../../emulators/s3/store/stored-object.ts";
import { writeCondition } from "../../emulators/s3/write-condition.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const absent = writeCondition({ headers: { "if-none-match": "*" } } as never);

async function bucket() {
  const store = await openBucket(await temporaryFolder(), {
    name: "images",
    isVersioned: false,
    clock: Date.now,
  });
  const object = async (key: string) => {
    const file = randomUUID();
    const path = join(store.incoming, file);
    await writeFile(path, "x");
    const part = { number: 1, file, bytes: 1, md5: "0", modifiedAt: Date.now() };
    const stored = { key, bytes: 1, etag: "0", modifiedAt: Date.now(), parts: [part], metadata: {} };
    return { stored: stored as unknown as StoredObject, path };
  };
  return { store, object };
}

const codes = async (ends: readonly Promise<unknown>[]): Promise<string[]> =>
  (await Promise.allSettled(ends)).map((end) => (end.status === "fulfilled" ? "done" : end.reason.code));

test("a conditional PUT while the key is written is a conflict, after it a failed condition", async () => {
  const { store, object } = await bucket();
  const [one, two, three] = [await object("k"), await object("k"), await object("k")];
  const first = store.put(one.stored, one.path, undefined);
  const ends = [first, store.put(two.stored, two.path, absent)];
  expect(await codes(ends)).toEqual(["done", "ConditionalRequestConflict"]);
  expect(await codes([store.put(three.stored, three.path, absent)])).toEqual(["PreconditionFailed"]);
  // Other keys have nothing to do with it.
  const [four, five] = [await object("k"), await object("other")];
  const apart = [store.put(four.stored, four.path, undefined), store.put(five.stored, five.path, absent)];
  expect(await codes(apart)).toEqual(["done", "done"]);
});

test("a second conditional Complete of the same upload is a conflict until the first is done", async () => {
  const { store, object } = await bucket();
  await store.createUpload({ id: "u", key: "m", startedAt: Date.now(), metadata: {} } as never);
  const { stored, path } = await object("m");
  const [part] = stored.parts;
  if (!part) throw new Error("it has one part");
  const { file, ...description } = part;
  await store.addPart("u", "m", description, path);
  const complete = () =>
    store.complete("u", "m", async (upload) => ({ ...stored, parts: [...upload.parts.values()] }), absent);
  expect(await codes([complete(), complete()])).toEqual(["done", "ConditionalRequestConflict"]);
  expect(await codes([complete()])).toEqual(["NoSuchUpload"]);
});
