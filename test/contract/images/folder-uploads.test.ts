import { randomBytes, randomUUID } from "node:crypto";
import { readdir, readFile, rename, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { takeName } from "../../../shared/images/operations/bytes/take-name.ts";
import { PartsRefused, UploadGone } from "../../../shared/images/ports/presigning-store.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import { copyTargetContract } from "./copy-target.ts";
import { filesIn } from "./filesystem-under-test.ts";
import { type Opened, opened } from "./opened-folder.ts";

copyTargetContract(
  "folder",
  async () => {
    const { folder, store } = await opened();
    const [from, stranger] = [memoryBlobStore(), memoryBlobStore()];
    const leftovers = async () => {
      const names = filesIn(folder);
      // Uploads that became objects are forgotten by who completed them.
      const forgotten = (await readdir(join(folder, ".incoming"))).filter((name) =>
        /^[0-9a-f-]{36}$/.test(name),
      );
      for (const uploadId of forgotten) await store.forgetUpload?.(uploadId);
      return [...filesIn(folder), ...from.objects.keys(), ...stranger.objects.keys()].filter(
        (name) => !names.includes(name) || !name.includes(".incoming"),
      );
    };
    return { from: from.store, to: store, stranger: stranger.store, leftovers, newKey: randomUUID };
  },
  {
    noCopyInside: "a folder reads nothing by itself",
    trustsMd5: "what it is told is whose bytes they are, as nobody lies between",
  },
);

/** An upload of two parts, as far as all of them are there. */
async function uploaded({ store, key }: Opened, bytes: Buffer) {
  const uploadId = await store.createUpload(key, randomUUID());
  const half = Math.ceil(bytes.length / 2);
  await store.sendPart(key, uploadId, 2, bytes.subarray(half), half);
  await store.sendPart(key, uploadId, 1, bytes.subarray(0, half), 0);
  const complete = async () =>
    store.completeUpload(key, uploadId, (await store.listParts(key, uploadId)).parts);
  return { uploadId, complete };
}

describe("an upload into a folder", () => {
  const bytes = randomBytes(100_001);

  it("is one whole file under the image's name when it is completed, and twice is as good as once", async () => {
    const at = await opened();
    const { uploadId, complete } = await uploaded(at, bytes);
    expect(await readdir(at.folder)).toEqual([".incoming"]);
    await complete();
    const first = await at.store.findCopied?.(at.key, uploadId);
    await complete();
    expect(await at.store.findCopied?.(at.key, uploadId)).toEqual(first);
    expect(await readFile(join(at.folder, at.key))).toEqual(bytes);
    expect((await stat(join(at.folder, at.key))).mode & 0o777).toBe(0o640);
    await at.store.forgetUpload?.(uploadId);
    await at.store.forgetUpload?.(uploadId);
    expect(await at.store.head(at.key)).toEqual(first);
    expect(await readdir(at.incoming)).toEqual([]);
  });

  it("of nothing is an empty file", async () => {
    const at = await opened();
    const uploadId = await at.store.createUpload(at.key, randomUUID());
    await at.store.completeUpload(at.key, uploadId, []);
    expect((await at.store.findCopied?.(at.key, uploadId))?.size).toBe(0);
  });

  it("is gone on with by another run, under the id that was chosen", async () => {
    const at = await opened();
    const id = randomUUID();
    await at.store.createUpload(at.key, id);
    await at.store.sendPart(at.key, id, 1, bytes.subarray(0, 10), 0);
    expect(await at.store.createUpload(at.key, id)).toBe(id);
    await at.store.sendPart(at.key, id, 2, bytes.subarray(10), 10);
    await at.store.completeUpload(at.key, id, (await at.store.listParts(at.key, id)).parts);
    expect(await at.store.createUpload(at.key, id)).toBe(id);
    expect(await readFile(join(at.folder, at.key))).toEqual(bytes);
  });

  it("is not completed with other parts than are there, or with a part that was written and not noted", async () => {
    const at = await opened();
    const { uploadId } = await uploaded(at, bytes);
    const { parts } = await at.store.listParts(at.key, uploadId);
    const [first, second] = parts;
    if (!first || !second) throw new Error("no parts");
    for (const wrong of [[first], [second], [first, { ...second, etag: first.etag }], []])
      await expect(at.store.completeUpload(at.key, uploadId, wrong)).rejects.toBeInstanceOf(PartsRefused);
    expect(await at.store.head(at.key)).toBeUndefined();
    await at.store.completeUpload(at.key, uploadId, parts);
  });

  it("that was killed before its file had the image's name gets it in the next run", async () => {
    const at = await opened();
    const { uploadId, complete } = await uploaded(at, bytes);
    // As far as the run came: all parts closed, and no link.
    const upload = join(at.incoming, uploadId);
    await rename(join(upload, "bytes"), join(upload, "whole"));
    expect(await at.store.findCopied?.(at.key, uploadId)).toBeUndefined();
    await complete();
    expect((await at.store.findCopied?.(at.key, uploadId))?.size).toBe(bytes.length);
  });

  it("takes no late part when it is closed", async () => {
    const at = await opened();
    const { uploadId, complete } = await uploaded(at, bytes);
    await complete();
    const late = at.store.sendPart(at.key, uploadId, 1, randomBytes(10), 0);
    await expect(late).rejects.toBeInstanceOf(UploadGone);
    expect(await readFile(join(at.folder, at.key))).toEqual(bytes);
  });

  it("replaces no file, and is not mistaken for the one that is there", async () => {
    const at = await opened();
    await at.store.put(at.key, Buffer.from("another"));
    const { uploadId, complete } = await uploaded(at, bytes);
    await complete();
    expect(await at.store.findCopied?.(at.key, uploadId)).toBeUndefined();
    await at.store.abortUpload(at.key, uploadId);
    expect(await readFile(join(at.folder, at.key), "utf8")).toBe("another");
    expect(await readdir(at.incoming)).toEqual([]);
  });

  it("goes with its file when it is aborted late, and never with another's", async () => {
    const at = await opened();
    const { uploadId, complete } = await uploaded(at, bytes);
    await complete();
    await at.store.abortUpload(at.key, uploadId);
    await at.store.abortUpload(at.key, uploadId);
    expect(filesIn(at.folder)).toEqual([]);
  });

  it("leaves nothing when it is aborted while a run that was left behind gives it its name", async () => {
    const at = await opened();
    for (let turn = 0; turn < 100; turn++) {
      const { uploadId, complete } = await uploaded(at, randomBytes(100));
      // As far as the run came: nothing is left but the link.
      const upload = join(at.incoming, uploadId);
      await rename(join(upload, "bytes"), join(upload, "whole"));
      const aborted = at.store.abortUpload(at.key, uploadId);
      for (let wait = 0; wait < turn % 10; wait++) await new Promise(setImmediate);
      await complete().catch((error: unknown) => {
        if (!(error instanceof UploadGone || error instanceof PartsRefused)) throw error;
      });
      await aborted;
      expect([turn, filesIn(at.folder)]).toEqual([turn, []]);
    }
  });

  it("that nobody continues is swept away after days, and what was placed stays", async () => {
    const at = await opened();
    const { uploadId, complete } = await uploaded(at, bytes);
    await complete();
    const old = new Date(Date.now() - 9 * 86_400_000);
    await utimes(join(at.incoming, uploadId), old, old);
    const young = await at.store.createUpload(randomUUID());
    expect(await readdir(at.incoming)).toEqual([young]);
    expect(await readFile(join(at.folder, at.key))).toEqual(bytes);
  });
});

describe("a name that is taken", () => {
  const bytes = randomBytes(1000);
  const named = (at: Opened, uploadId: string, isLive = async () => true) =>
    takeName(at.store, { key: at.key, uploadId }, isLive);

  it("goes to the live attempt, whatever a failed one has left there", async () => {
    const at = await opened();
    const dead = await uploaded(at, randomBytes(1000));
    await dead.complete();
    const live = await uploaded(at, bytes);
    await live.complete();
    expect((await named(at, live.uploadId))?.size).toBe(1000);
    expect(await readFile(join(at.folder, at.key))).toEqual(bytes);
    // The failed one's deletion comes late.
    await at.store.abortUpload(at.key, dead.uploadId);
    expect(await readFile(join(at.folder, at.key))).toEqual(bytes);
  });

  it("stays with what is there when the attempt is over", async () => {
    const at = await opened();
    await at.store.put(at.key, Buffer.from("the image's"));
    const { uploadId } = await uploaded(at, bytes);
    expect(await named(at, uploadId, async () => false)).toBeUndefined();
    expect(await readFile(join(at.folder, at.key), "utf8")).toBe("the image's");
  });

  it("is given to no attempt that is over, also where it is free", async () => {
    const at = await opened();
    const { uploadId } = await uploaded(at, bytes);
    expect(await named(at, uploadId, async () => false)).toBeUndefined();
    expect(await at.store.head(at.key)).toBeUndefined();
  });

  it("is not taken from a later attempt by a run that was left behind between any two steps", async () => {
    const later = randomBytes(500);
    const steps = ["head", "isLive", "delete", "listParts", "completeUpload"] as const;
    for (const step of steps) {
      const at = await opened();
      await at.store.put(at.key, Buffer.from("left by an earlier attempt"));
      const behind = await uploaded(at, bytes);
      const overtake = async () => {
        // The earlier attempt is over; the next one takes the name, and its bytes are the image's.
        const next = await uploaded(at, later);
        await named(at, next.uploadId);
        await at.store.forgetUpload?.(next.uploadId);
      };
      let isOver = false;
      const overtaken = async () => {
        if (isOver) return;
        isOver = true;
        await overtake();
      };
      const overtakenAfter =
        <Arguments extends unknown[], Result>(name: string, call: (...given: Arguments) => Promise<Result>) =>
        async (...given: Arguments): Promise<Result> => {
          const result = await call(...given);
          if (name === step) await overtaken();
          return result;
        };
      const slow = {
        ...at.store,
        head: overtakenAfter("head", at.store.head),
        delete: overtakenAfter("delete", at.store.delete),
        listParts: overtakenAfter("listParts", at.store.listParts),
        completeUpload: overtakenAfter("completeUpload", at.store.completeUpload),
      };
      // Alive as long as nobody else is: what the table says.
      const isLive = overtakenAfter("isLive", async () => !isOver);
      await takeName(slow, { key: at.key, uploadId: behind.uploadId }, isLive).catch(() => undefined);
      await at.store.abortUpload(at.key, behind.uploadId);
      expect(isOver, step).toBe(true);
      expect(await readFile(join(at.folder, at.key)), step).toEqual(later);
    }
  });
});
