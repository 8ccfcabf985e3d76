import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { ClusterInfo } from "../../../shared/images/adapters/swift/cluster-info.ts";
import { uploadContainer } from "../../../shared/images/adapters/swift/upload-containers.ts";
import { PartsRefused, UploadGone } from "../../../shared/images/ports/presigning-store.ts";
import { swiftAccount } from "../../runtime/swift-account.ts";
import { copyTargetContract } from "./copy-target.ts";
import { presigningStoreContract } from "./presigning-store.ts";
import { ORIGIN, swiftTargetUnderTest, swiftUnderTest, tempauthLogin } from "./swift-under-test.ts";

/** The same contract on Swift's own API (test/reference/stack/swift-up.sh, which prints this variable). */
const url = process.env.TEST_SWIFT_URL;
if (url === undefined) {
  throw new Error("TEST_SWIFT_URL is not set: start Swift with test/reference/stack/swift-up.sh and name it");
}
const container = `contract-${Date.now()}`;

presigningStoreContract(`Swift at ${url}`, async () => swiftUnderTest(await tempauthLogin(url), container), {
  unboundLength: "TempURL signs no length: a part of another length is stored, and is none",
  concurrentPuts:
    "Swift looks whether an object is there before it takes the bytes: of two at once both pass",
});

copyTargetContract(`Swift at ${url}`, async () =>
  swiftTargetUnderTest(await tempauthLogin(url), [`${container}-from`, container]),
);

describe("Swift alone", () => {
  const MIB = 1024 ** 2;
  const opened = async (info?: () => Promise<ClusterInfo>) => {
    const login = await tempauthLogin(url);
    return { ...(await swiftUnderTest(login, container, info)), key: `${randomUUID()}/${randomUUID()}` };
  };

  it("makes manifests of manifests of more parts than one may name, and deletes them all", async () => {
    const { blobs, putPart, download, leftovers, key } = await opened(async () => ({
      digest: "sha512",
      segmentsPerManifest: 2,
    }));
    const upload = await blobs.createUpload(key);
    const sent = [5 * MIB, 5 * MIB, 5 * MIB, 5 * MIB, 9].map((size) => randomBytes(size));
    for (const [index, bytes] of sent.entries())
      await putPart(await blobs.signPart(key, upload, index + 1, bytes.length, 600), bytes);
    await blobs.completeUpload(key, upload, (await blobs.listParts(key, upload)).parts);
    const whole = Buffer.concat(sent);
    expect((await blobs.head(key))?.size).toBe(whole.length);
    expect(Buffer.compare(await download(await blobs.signDownload(key, 600)), whole)).toBe(0);
    expect(Buffer.from(await blobs.read(key, 10 * MIB - 3, 6))).toEqual(
      whole.subarray(10 * MIB - 3, 10 * MIB + 3),
    );
    await blobs.delete(key);
    expect(await leftovers()).toEqual([]);
  });

  it("takes no part by an old URL once the object is made, and keeps its parts when the upload is aborted", async () => {
    const { blobs, putPart, key } = await opened();
    const bytes = randomBytes(1000);
    const upload = await blobs.createUpload(key);
    const part = await blobs.signPart(key, upload, 1, bytes.length, 600);
    expect(await putPart(part, bytes)).toBe(201);
    await blobs.completeUpload(key, upload, (await blobs.listParts(key, upload)).parts);
    expect(await putPart(part, randomBytes(1000))).toBe(401);
    await blobs.abortUpload(key, upload);
    expect(Buffer.from(await blobs.read(key, 0, 2000))).toEqual(bytes);
    await expect(blobs.listParts(key, upload)).rejects.toBeInstanceOf(UploadGone);
    await blobs.delete(key);
  });

  it("takes parts again after a completion that was refused, and of two sizes the one that came last", async () => {
    const { blobs, putPart, key } = await opened();
    const upload = await blobs.createUpload(key);
    const send = async (bytes: Uint8Array) =>
      putPart(await blobs.signPart(key, upload, 1, bytes.length, 600), bytes);
    await send(randomBytes(7));
    const wrong = blobs.completeUpload(key, upload, [{ number: 1, etag: "0".repeat(32) }]);
    await expect(wrong).rejects.toBeInstanceOf(PartsRefused);
    const last = randomBytes(5);
    expect(await send(last)).toBe(201);
    const { parts } = await blobs.listParts(key, upload);
    expect(parts.map(({ size }) => size)).toEqual([5]);
    await blobs.completeUpload(key, upload, parts);
    expect(Buffer.from(await blobs.read(key, 0, 9))).toEqual(last);
    await blobs.delete(key);
  });

  it("ends a completion and an abortion at the same moment as one of them, with nothing left over", async () => {
    for (let round = 0; round < 6; round++) {
      const { blobs, putPart, leftovers, key } = await opened();
      const bytes = randomBytes(1000);
      const upload = await blobs.createUpload(key);
      await putPart(await blobs.signPart(key, upload, 1, bytes.length, 600), bytes);
      const { parts } = await blobs.listParts(key, upload);
      const [completion] = await Promise.allSettled([
        blobs.completeUpload(key, upload, parts),
        sleep(round * 60).then(() => blobs.abortUpload(key, upload)),
      ]);
      if (await blobs.head(key)) expect(Buffer.from(await blobs.read(key, 0, 2000))).toEqual(bytes);
      else expect(completion).toMatchObject({ status: "rejected", reason: expect.any(UploadGone) });
      await blobs.delete(key);
      expect(await leftovers()).toEqual([]);
    }
  });

  it("says of a read that comes to a lost segment that a part is lost, and reads what is before it", async () => {
    const { blobs, putPart, key } = await opened();
    const upload = await blobs.createUpload(key);
    const sent = [5 * MIB, 5 * MIB, 9].map((size) => randomBytes(size));
    for (const [index, bytes] of sent.entries())
      await putPart(await blobs.signPart(key, upload, index + 1, bytes.length, 600), bytes);
    await blobs.completeUpload(key, upload, (await blobs.listParts(key, upload)).parts);
    const { call, objects } = await swiftAccount(url);
    const from = uploadContainer(container, key, upload);
    const second = (await objects(from))[1];
    expect((await call("DELETE", `/${from}/${second}`)).status).toBe(204);
    for (const offset of [5 * MIB, 100])
      await expect(blobs.read(key, offset, 10 * MIB)).rejects.toThrow(`/${from}/${second} is not there`);
    expect(Buffer.from(await blobs.read(key, 0, 5 * MIB))).toEqual(sent[0]);
    await blobs.delete(key);
  }, 60_000);

  it("lets pages of the allowed origins send parts, and no others", async () => {
    const { blobs, key } = await opened();
    const upload = await blobs.createUpload(key);
    const part = await blobs.signPart(key, upload, 1, 3, 600);
    const ask = async (Origin: string) => {
      const headers = {
        Origin,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-md5",
      };
      const answer = await fetch(part, { method: "OPTIONS", headers });
      await answer.arrayBuffer();
      return answer.headers.get("access-control-allow-origin");
    };
    expect(await ask(ORIGIN)).toBe(ORIGIN);
    expect(await ask("https://another.example")).toBeNull();
    const sent = await fetch(part, { method: "PUT", headers: { Origin: ORIGIN }, body: "abc" });
    expect(sent.headers.get("access-control-expose-headers")).toContain("etag");
    await blobs.abortUpload(key, upload);
  });

  it("lets no part URL copy another object, and none outlive its time", async () => {
    const { blobs, putPart, key } = await opened();
    await blobs.put(key, Buffer.from("somebody else's"));
    const upload = await blobs.createUpload(key);
    const part = await blobs.signPart(key, upload, 1, 0, 600);
    const headers = { "X-Copy-From": `/${container}/${key}` };
    const copied = await fetch(part, { method: "PUT", headers });
    expect(copied.status).toBeGreaterThanOrEqual(400);
    expect(await putPart(await blobs.signPart(key, upload, 1, 3, -1), Buffer.from("old"))).toBe(401);
    expect((await fetch(await blobs.signDownload(key, -1))).status).toBe(401);
    await blobs.abortUpload(key, upload);
    await blobs.delete(key);
  });
});
