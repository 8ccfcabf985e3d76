import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn } from "./filesystem-under-test.ts";
import { type Opened, opened } from "./opened-folder.ts";

describe("a deletion by the mark of its bytes", () => {
  it("deletes those, and none that have come since under the same name", async () => {
    const at = await opened();
    const old = await at.store.put(at.key, Buffer.from("the old"));
    await at.store.delete(at.key);
    await at.store.put(at.key, Buffer.from("the newer"));
    await at.store.delete(at.key, old);
    expect(await readFile(join(at.folder, at.key), "utf8")).toBe("the newer");
    const stored = await at.store.head(at.key);
    await at.store.delete(at.key, stored?.etag);
    await at.store.delete(at.key, stored?.etag);
    expect(filesIn(at.folder)).toEqual([]);
  });

  it("deletes what a Glance has put there, where nothing was ever received here", async () => {
    const at = await opened();
    await rm(at.incoming, { recursive: true });
    await writeFile(join(at.folder, at.key), "a Glance's");
    await at.store.delete(at.key, (await at.store.head(at.key))?.etag);
    expect(filesIn(at.folder)).toEqual([]);
  });

  /** As a removal leaves it that was killed right after it had taken a file out. */
  const takenOut = async ({ store, folder, key, incoming }: Opened, mark: string) => {
    await store.put(randomUUID(), Buffer.from("so that the folder for what is received is there"));
    await rename(join(folder, key), join(incoming, `gone~${key}~${mark}~${randomUUID()}`));
  };

  it("that was killed with the right file in hand is ended by whoever looks for it", async () => {
    const at = await opened();
    const mark = await at.store.put(at.key, Buffer.from("to go"));
    await takenOut(at, mark);
    expect(await at.store.head(at.key)).toBeUndefined();
    expect(await readdir(at.incoming)).toEqual([]);
  });

  it("that was killed with newer bytes in hand gives them back to whoever looks for them", async () => {
    const at = await opened();
    await at.store.put(at.key, Buffer.from("newer"));
    for (const look of [
      () => at.store.head(at.key),
      () => at.store.read(at.key, 0, 5),
      () => at.store.delete(at.key, "1-1"),
      () => at.store.createUpload(randomUUID()),
    ]) {
      await takenOut(at, "1-1");
      await look();
      expect(await readFile(join(at.folder, at.key), "utf8")).toBe("newer");
    }
  });

  it("gives nothing back over what has the name by now", async () => {
    const at = await opened();
    await at.store.put(at.key, Buffer.from("pulled out"));
    await takenOut(at, "1-1");
    await writeFile(join(at.folder, at.key), "the live one");
    await at.store.delete(at.key, "1-1");
    expect(await readFile(join(at.folder, at.key), "utf8")).toBe("the live one");
  });
});
