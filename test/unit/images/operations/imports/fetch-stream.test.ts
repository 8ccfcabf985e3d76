import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { paceOf } from "../../../../../shared/images/operations/imports/fetch-budget.ts";
import { fetchStream } from "../../../../../shared/images/operations/imports/fetch-stream.ts";
import { memoryBlobStore } from "../../../../fakes/images/memory-blob-store.ts";
import { type Manners, serving, startServer } from "./odd-source.ts";

const MIB = 1024 ** 2;
const data = randomBytes(20 * MIB + 7);
const sha256 = createHash("sha256").update(data).digest("hex");
const pause = async () => {};

async function rig(manners: Manners = {}, bytes = () => data) {
  const server = await startServer(serving(bytes, { ranges: false, mark: () => undefined, ...manners }));
  const { store, objects } = memoryBlobStore();
  const uploadId = await store.createUpload("key");
  const fetched = async (hasTime = () => true, graceMs?: number) => {
    const facts = await server.source.probe(server.url);
    const budget = { hasTime, bytesPerSecond: () => 0, ...(graceMs !== undefined && { graceMs }) };
    return fetchStream(
      { source: server.source, url: server.url, facts },
      { target: store, key: "key", uploadId },
      { algorithms: ["sha256"], pause },
      paceOf(budget),
    );
  };
  const completed = async (parts: Awaited<ReturnType<typeof fetched>>["parts"]) => {
    await store.completeUpload("key", uploadId, parts);
    return Buffer.from(objects.get("key") ?? []);
  };
  return { ...server, fetched, completed, [Symbol.asyncDispose]: server[Symbol.asyncDispose] };
}

describe("fetching a source without ranges", () => {
  it("stores all of it as it comes", async () => {
    await using it = await rig();
    const { size, digests, parts } = await it.fetched();
    expect({ size, sha256: digests.get("sha256"), parts: parts.length }).toEqual({
      size: data.length,
      sha256,
      parts: 2,
    });
    expect((await it.completed(parts)).equals(data)).toBe(true);
  });

  it("begins again after a break, and sends no part again that is there", async () => {
    let count = 0;
    await using it = await rig({ breaks: () => ++count === 2 });
    const { stored, digests, parts } = await it.fetched();
    expect({ stored, sha256: digests.get("sha256") }).toEqual({ stored: 2, sha256 });
    expect((await it.fetched()).stored).toBe(0);
    expect((await it.completed(parts)).equals(data)).toBe(true);
  });

  it("makes the object of what came last, where the source was changed", async () => {
    let bytes = data;
    await using it = await rig({}, () => bytes);
    await it.fetched();
    bytes = data.subarray(0, 3 * MIB);
    const { parts, size } = await it.fetched();
    expect({ size, parts: parts.length }).toEqual({ size: 3 * MIB, parts: 1 });
    expect((await it.completed(parts)).equals(bytes)).toBe(true);
  });

  it("says that ranges are needed for what does not come within a run", async () => {
    await using it = await rig();
    let asked = 0;
    await expect(it.fetched(() => ++asked < 5, 0)).rejects.toThrow("gives no ranges");
  });
});
