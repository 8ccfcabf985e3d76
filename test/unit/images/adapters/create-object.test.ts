import { expect, test } from "vitest";
import { createObject } from "../../../../shared/images/adapters/s3/create-object.ts";
import { BlobStoreFailed } from "../../../../shared/images/ports/blob-store.ts";

const named = (name: string) => Object.assign(new Error(name), { name });

/** A write that ends in these ways, one after the other. */
function write(...ends: readonly (string | Error)[]) {
  let calls = 0;
  const run = async () => {
    const end = ends[Math.min(calls++, ends.length - 1)];
    if (end instanceof Error) throw end;
    return end;
  };
  return { run, calls: () => calls };
}
const conflict = named("ConditionalRequestConflict");

test("a conflict with another write passes: the object is made then, or found", async () => {
  expect(await createObject(write(conflict, conflict, "made").run)).toBe("made");
  expect(await createObject(write(conflict, named("PreconditionFailed")).run)).toBeUndefined();
});

test("after a conflict the upload can be gone, which is for the caller to judge", async () => {
  await expect(createObject(write(conflict, named("NoSuchUpload")).run)).rejects.toThrow("NoSuchUpload");
});

test("a conflict without an end is a failure of the store that passes, not one of the data", async () => {
  const forever = write(conflict);
  const ended = createObject(forever.run);
  await expect(ended).rejects.toBeInstanceOf(BlobStoreFailed);
  await expect(ended).rejects.toMatchObject({ status: 500, cause: conflict });
  expect(forever.calls()).toBe(6);
});
