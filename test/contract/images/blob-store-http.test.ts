import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { SourceForbidden } from "../../../shared/fetch/fetch-errors.ts";
import { BlobStoreFailed, StoreReadOnly } from "../../../shared/images/ports/blob-store.ts";
import { blobReadsContract } from "./blob-reads.ts";
import { type SourceManners, startSource } from "./image-source.ts";
import { collected, streamed } from "./store-under-test.ts";

/** What a store does that is only read: of the contract, the reads. */
for (const [name, manners] of [
  ["http", {}],
  ["http, of a source without ranges, HEAD and ETags", { isPlain: true }],
  ["http, of a source that gives little at once", { mostBytes: 3_000_000 }],
] as const) {
  let source: Awaited<ReturnType<typeof startSource>>;
  beforeAll(async () => {
    source = await startSource(manners);
  });
  afterAll(() => source.stop());
  blobReadsContract(name, async () => source);
}

describe("http alone", () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });
  const bytes = randomBytes(500_000);
  const opened = async (manners: SourceManners = {}, image_size_cap?: number) => {
    const source = await startSource(manners, image_size_cap);
    stops.push(source.stop);
    await source.place(source.key, bytes);
    return source;
  };

  it("says what the source says of an object", async () => {
    const { blobs, key } = await opened();
    const stored = await blobs.head(key);
    expect(stored).toMatchObject({ size: bytes.length, etag: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(Math.abs(Date.now() - Date.parse(stored?.modifiedAt ?? ""))).toBeLessThan(120_000);
    const { blobs: plain, key: other, place } = await opened({ isPlain: true });
    expect(await plain.head(other)).toEqual({ size: bytes.length, etag: "500000" });
    await place(other, new Uint8Array());
    expect(await plain.head(other)).toEqual({ size: 0, etag: "0" });
  });

  it("writes and deletes nothing", async () => {
    const { blobs, key, requests } = await opened();
    const { put, write, delete: remove } = blobs;
    for (const call of [() => put(key, bytes), () => write(key, streamed(bytes).bytes), () => remove(key)])
      await expect(call()).rejects.toBeInstanceOf(StoreReadOnly);
    expect(requests).toEqual([]);
  });

  it("goes on where a connection broke, and asks for no byte again", async () => {
    const { blobs, key, requests } = await opened({ breaks: { afterBytes: 65_536, times: 3 } });
    expect(Buffer.compare(await collected(blobs.readStream(key)), bytes)).toBe(0);
    const begins = requests.map(({ headers }) =>
      Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0),
    );
    expect(begins).toEqual([...new Set(begins)].sort((one, other) => one - other));
    expect(begins).toHaveLength(4);
  });

  it("gives up when connections break again and again, and at once without a mark of the object", async () => {
    const endless = await opened({ breaks: { afterBytes: 1000, times: 100 } });
    await expect(collected(endless.blobs.readStream(endless.key))).rejects.toThrow("broke off after");
    expect(endless.requests).toHaveLength(4);
    const plain = await opened({ isPlain: true, breaks: { afterBytes: 1000, times: 100 } });
    await expect(collected(plain.blobs.readStream(plain.key))).rejects.toBeInstanceOf(BlobStoreFailed);
    expect(plain.requests).toHaveLength(1);
  });

  it("never puts two objects together", async () => {
    const { blobs, key, place } = await opened({ mostBytes: 100_000 });
    const read = async () => {
      for await (const _ of blobs.readStream(key, { offset: 1 })) await place(key, randomBytes(bytes.length));
    };
    await expect(read()).rejects.toThrow("has changed while it was read");
  });

  it("reads no more than an image may have", async () => {
    const { blobs, key } = await opened({}, bytes.length - 1);
    await expect(collected(blobs.readStream(key))).rejects.toThrow("more than the 499999 bytes");
  });

  it("reaches no address that is forbidden, and names no secret of a URL", async () => {
    const { blobs, key, discard } = await opened();
    for (const url of [
      "http://127.0.0.2/",
      "http://169.254.169.254/latest",
      "file:///etc/passwd",
      "images/1",
    ])
      for (const call of [() => blobs.head(url), () => blobs.read(url, 0, 1)])
        await expect(call(), url).rejects.toBeInstanceOf(SourceForbidden);
    const stopped = await opened();
    stopped.stop();
    const error: unknown = await blobs.head(`${stopped.key}?X-Signature=secret`).catch((reason) => reason);
    expect(error).toBeInstanceOf(BlobStoreFailed);
    expect((error as Error).message).toMatch(/refuses the connection/);
    expect((error as Error).message).not.toContain("secret");
    await discard(key);
    expect(await blobs.head(key)).toBeUndefined();
  });
});
