import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { paceOf } from "../../../../../shared/images/operations/imports/fetch-budget.ts";
import {
  fetchRanges,
  type RangesWork,
} from "../../../../../shared/images/operations/imports/fetch-ranges.ts";
import { ImportSourceChanged } from "../../../../../shared/images/ports/import-source.ts";
import { memoryBlobStore } from "../../../../fakes/images/memory-blob-store.ts";
import { type Manners, serving, startServer } from "./odd-source.ts";

const PART = 64 * 1024;
const data = randomBytes(10 * PART + 123);
const sha256 = createHash("sha256").update(data).digest("hex");
const pause = async () => {};

async function rig(manners: Manners = {}, bytes = () => data) {
  const server = await startServer(serving(bytes, manners));
  const { store, uploads } = memoryBlobStore();
  const uploadId = await store.createUpload("key");
  const facts = await server.source.probe(server.url);
  const upload = { target: store, key: "key", uploadId, size: facts.size ?? 0, partBytes: PART };
  const stored = () => {
    const parts = [...(uploads.get(uploadId)?.parts ?? [])].sort(([one], [other]) => one - other);
    return Buffer.concat(parts.map(([, part]) => part));
  };
  const fetched = (work: Partial<RangesWork> = {}, hasTime = () => true) =>
    fetchRanges(
      { source: server.source, url: server.url, facts },
      upload,
      { from: 1, to: 11, connections: 3, compares: false, algorithms: ["md5", "sha256"], pause, ...work },
      paceOf({ hasTime, bytesPerSecond: () => 0 }),
    );
  return {
    ...server,
    facts,
    fetched,
    stored,
    store,
    uploadId,
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}

describe("fetching a source that gives ranges", () => {
  it("fetches each byte once, and hashes them on their way", async () => {
    await using it = await rig();
    expect(it.facts).toEqual({ size: data.length, mark: '"one"', ranges: true });
    const { isWhole, digests, stored } = await it.fetched();
    expect({ isWhole, stored, sha256: digests?.get("sha256") }).toEqual({
      isWhole: true,
      stored: 11,
      sha256,
    });
    expect(it.stored().equals(data)).toBe(true);
    expect(it.requests.slice(1).every(({ headers }) => headers["if-range"] === '"one"')).toBe(true);
    expect(it.requests).toHaveLength(12);
  });

  it("goes on where connections break, and with the parts that an earlier run did not store", async () => {
    let count = 0;
    await using it = await rig({ breaks: () => ++count % 3 === 0 });
    let asked = 0;
    const first = await it.fetched({}, () => ++asked < 20);
    expect(first.isWhole).toBe(false);
    expect(first.stored).toBeGreaterThan(0);
    const second = await it.fetched();
    expect(second.isWhole).toBe(true);
    expect(second.digests).toBeUndefined();
    expect(first.stored + second.stored).toBe(11);
    expect(it.stored().equals(data)).toBe(true);
  });

  it("replaces only the parts that differ when it compares", async () => {
    let isGood = false;
    const spoil = (bytes: Buffer, from: number) =>
      !isGood && from === 4 * PART ? Buffer.from(bytes).fill(0) : bytes;
    await using it = await rig({ spoil });
    const first = await it.fetched();
    expect(first.digests?.get("sha256")).not.toBe(sha256);
    isGood = true;
    const again = await it.fetched({ compares: true });
    expect({ stored: again.stored, replaced: again.replaced }).toEqual({ stored: 1, replaced: 1 });
    expect(again.digests?.get("sha256")).toBe(sha256);
    expect(it.stored().equals(data)).toBe(true);
  });

  it("stops when the data is changed meanwhile", async () => {
    let mark = '"one"';
    await using it = await rig({ mark: () => mark });
    await it.fetched({ to: 3 });
    mark = '"two"';
    await expect(it.fetched()).rejects.toBeInstanceOf(ImportSourceChanged);
  });

  it("gives a source up that breaks off again and again", async () => {
    await using it = await rig({ breaks: (from) => from > 0 });
    await expect(it.fetched({ connections: 1 })).rejects.toThrow("broke off after");
  });

  it("fetches only the parts that it is to", async () => {
    await using it = await rig();
    const { isWhole, stored, digests } = await it.fetched({ from: 4, to: 6 });
    expect({ isWhole, stored, digests }).toEqual({ isWhole: true, stored: 3, digests: undefined });
    const { parts } = await it.store.listParts("key", it.uploadId);
    expect(parts.map(({ number }) => number)).toEqual([4, 5, 6]);
  });

  it("takes no more bytes a second than it may", async () => {
    await using it = await rig();
    const began = performance.now();
    const { source, url, facts, store, uploadId } = it;
    const upload = { target: store, key: "key", uploadId, size: data.length, partBytes: PART };
    const work = { from: 1, to: 11, connections: 3, compares: false, algorithms: [], pause };
    await fetchRanges(
      { source, url, facts },
      upload,
      work,
      paceOf({ hasTime: () => true, bytesPerSecond: () => 2_000_000 }),
    );
    expect(performance.now() - began).toBeGreaterThan((data.length / 2_000_000) * 1000 - 20);
  });
});
