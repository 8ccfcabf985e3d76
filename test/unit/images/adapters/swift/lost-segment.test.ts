import { createHash, randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { swiftBlobStore } from "../../../../../shared/images/adapters/swift/blob-store.ts";
import { examineStored } from "../../../../../shared/images/operations/transfers/examine-stored.ts";
import { BlobMissing, BlobStoreFailed } from "../../../../../shared/images/ports/blob-store.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const PART = 1000;
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

/**
 * An object of four segments, two in each of two manifests, as Swift's middleware slo gives them: a read that begins with
 * a bad segment is 409, one that comes to it breaks off, and HEAD says that all is well.
 */
async function objectOfSegments() {
  const parts = [0, 1, 2, 3].map(() => randomBytes(PART));
  const stored = new Map<string, Uint8Array>(parts.map((bytes, at) => [`/v1/a/parts/${at}`, bytes]));
  const plain = (at: number) => ({ name: `/parts/${at}`, hash: md5(parts[at] ?? Buffer.of()), bytes: PART });
  const sub = (at: number) => ({
    ...{ name: `/parts/m${at}`, hash: "of the manifest", bytes: 77, sub_slo: true },
    content_type: `application/octet-stream;swift_bytes=${2 * PART}`,
  });
  const manifests = new Map<string, unknown>([
    ["/v1/a/images/key", [sub(0), sub(1)]],
    ["/v1/a/parts/m0", [plain(0), plain(1)]],
    ["/v1/a/parts/m1", [plain(2), plain(3)]],
  ]);
  const state = { broken: false };
  const opened = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://swift");
    const isGet = request.method === "GET";
    if (searchParams.get("multipart-manifest") === "get") {
      response.end(JSON.stringify(manifests.get(pathname)));
      return;
    }
    const part = stored.get(pathname);
    if (part) response.writeHead(200, { etag: md5(part), "content-length": part.length }).end();
    else if (pathname !== "/v1/a/images/key") response.writeHead(404).end();
    else if (!isGet)
      response
        .writeHead(200, { "content-length": 4 * PART, etag: "whole", "x-static-large-object": "True" })
        .end();
    else {
      const [, from = "0", to = "0"] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
      const end = Math.min(Number(to) + 1, 4 * PART);
      const isGood = (at: number) => md5(stored.get(`/v1/a/parts/${at}`) ?? Buffer.of()) === plain(at).hash;
      const wanted = [0, 1, 2, 3].filter((at) => (at + 1) * PART > Number(from) && at * PART < end);
      const bad = wanted.find((at) => !isGood(at));
      if (bad === wanted[0] && bad !== undefined) return void response.writeHead(409).end("Conflict");
      response.writeHead(206, { "content-length": end - Number(from) });
      const whole = Buffer.concat(parts);
      if (bad === undefined && !state.broken) return void response.end(whole.subarray(Number(from), end));
      const sent = whole.subarray(Number(from), bad === undefined ? Number(from) + 1 : bad * PART);
      response.write(sent, () => request.socket.destroy());
    }
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  const account = `http://127.0.0.1:${(opened.address() as AddressInfo).port}/v1/a`;
  const blobs = swiftBlobStore({
    login: { account: async () => account, token: async () => "token", discard: () => {} },
    ...{ container: "images", madeBy: "a", allowedOrigins: [], create: false },
    ...{ tempUrlKey: async () => "", clock: () => new Date() },
  });
  return { blobs, stored, state, whole: Buffer.concat(parts) };
}

test("a read that begins with a lost segment, or comes to one, says so, and one beside it reads", async () => {
  const { blobs, stored, whole } = await objectOfSegments();
  expect(Buffer.from(await blobs.read("key", 0, 4 * PART))).toEqual(whole);
  stored.delete("/v1/a/parts/2");
  await expect(blobs.read("key", 2 * PART, 10)).rejects.toThrow(
    new BlobMissing("A part of the object is lost: /parts/2 is not there."),
  );
  await expect(blobs.read("key", 500, 4 * PART)).rejects.toBeInstanceOf(BlobMissing);
  expect(Buffer.from(await blobs.read("key", 0, 2 * PART))).toEqual(whole.subarray(0, 2 * PART));
}, 20_000);

test("so does one of a changed segment; what breaks off while all segments are there is a failure", async () => {
  const { blobs, stored, state } = await objectOfSegments();
  state.broken = true;
  await expect(blobs.read("key", 0, 4 * PART)).rejects.toBeInstanceOf(BlobStoreFailed);
  stored.set("/v1/a/parts/3", randomBytes(PART));
  await expect(blobs.read("key", 3 * PART + 1, 10)).rejects.toThrow("/parts/3 is not what it was");
}, 20_000);

test("an audit finds it: the object is damaged, though it is there in its right size", async () => {
  const { blobs, stored } = await objectOfSegments();
  stored.delete("/v1/a/parts/1");
  const budget = { mayRead: async () => true, save: async () => true, rangeBytes: PART };
  expect(await examineStored(blobs, { key: "key", size: 4 * PART }, undefined, budget)).toMatchObject({
    outcome: "damaged",
    damage: { kind: "object-missing", evidence: { offset: PART, why: expect.stringContaining("/parts/1") } },
  });
}, 20_000);
