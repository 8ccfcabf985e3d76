import { spawn } from "node:child_process";
import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { expect, it, onTestFinished } from "vitest";
import { urlOf } from "../../infra/local-aws/test/dynamodb/sdk-endpoint.ts";
import { temporaryDynamodb } from "../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { type S3UnderTest, startS3UnderTest } from "../../infra/local-aws/test/s3/s3-under-test.ts";
import { dynamodbImageStore } from "../../shared/images/adapters/dynamodb/image-store.ts";
import { emptyImage, type Image } from "../../shared/images/domain/image.ts";
import { objectKey } from "../../shared/images/domain/object-key.ts";
import { RANGE_BYTES } from "../../shared/images/operations/transfers/examine-stored.ts";
import { sdkOn } from "../fakes/documents-on-emulator.ts";
import type { CopyOrder } from "./copy-worker.ts";

const MIB = 1024 ** 2;
const BLOCK = 64 * MIB;
/** Ten are what a large image has: COPY_GIB=10 */
const GIB = Number(process.env.COPY_GIB ?? "1");
const SIZE = GIB * 1024 * MIB;
/** So that a small image has many parts as well. */
const PART_BYTES = GIB > 4 ? 64 * MIB : 16 * MIB;
/** Parts that one run copies at a time (shared/images/operations/copies/copy-parts.ts). */
const PARTS_IN_HAND = 8;
/** One range is hashed while the next one comes (examine-stored.ts). */
const RANGES_IN_HAND = 2;

/** An object of equal blocks, of which S3 copies all but the first by itself; and its hashes. */
async function storeLarge({ client }: S3UnderTest, Key: string) {
  const Bucket = "images";
  const block = randomBytes(BLOCK);
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  const seed = `${randomUUID()}/${randomUUID()}`;
  const { UploadId: seeding } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: seed }));
  const first = await client.send(
    new UploadPartCommand({ Bucket, Key: seed, UploadId: seeding, PartNumber: 1, Body: block }),
  );
  const only = { Parts: [{ PartNumber: 1, ETag: first.ETag }] };
  await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key: seed, UploadId: seeding, MultipartUpload: only }),
  );
  const [md5, sha512] = [createHash("md5"), createHash("sha512")];
  for (let PartNumber = 1; PartNumber <= SIZE / BLOCK; PartNumber++) {
    const part = { Bucket, Key, UploadId, PartNumber, CopySource: `${Bucket}/${seed}` };
    const { CopyPartResult } = await client.send(new UploadPartCopyCommand(part));
    Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
    md5.update(block);
    sha512.update(block);
  }
  const { ETag } = await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  );
  const etag = ETag?.replaceAll('"', "") ?? "";
  return { etag, checksum: md5.digest("hex"), os_hash_value: sha512.digest("hex") };
}

/** Lets the worker begin so many parts and ranges, and kills it then; what it has said. */
async function work(order: CopyOrder, most: number) {
  const script = fileURLToPath(new URL("copy-worker.ts", import.meta.url));
  const worker = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(worker, "exit");
  const said = { copy: 0, read: 0, handedOver: 0, result: "" };
  let begun = 0;
  for await (const line of createInterface({ input: worker.stdout })) {
    const [what = "", bytes] = line.split(" ");
    if (what === "copy" || what === "read") {
      said[what] += Number(bytes);
      if (++begun === most) worker.kill("SIGKILL");
    } else if (what === "continues") said.handedOver++;
    else said.result = what;
  }
  await ended;
  return said;
}

it(`${GIB} GiB are copied between two stores by a worker that is killed at random, and nothing is read twice but what was in hand`, async () => {
  const s3 = await startS3UnderTest();
  onTestFinished(() => s3.stop());
  const table = await temporaryDynamodb();
  const { documents } = await sdkOn(table);
  const images = dynamodbImageStore(documents, "images", { countsUsage: false });
  const id = randomUUID();
  const key = objectKey({ imageId: id, transferId: randomUUID() });
  const { etag, ...hashes } = await storeLarge(s3, key);
  const now = new Date().toISOString();
  const image: Image = {
    ...emptyImage,
    ...hashes,
    ...{ id, status: "active", size: SIZE, os_hash_algo: "sha512", created_at: now, updated_at: now },
    locations: [{ store: "fast", key, size: SIZE, etag }],
  };
  await images.commit({ image: { before: undefined, after: image } });

  const order = { s3: s3.endpoint, dynamodb: await urlOf(table), imageId: id, partBytes: PART_BYTES };
  const all = { copy: 0, read: 0, handedOver: 0, kills: 0 };
  const beganAt = Date.now();
  for (let result = ""; result === ""; ) {
    const said = await work({ ...order, aheadMs: all.kills * 301_000 }, randomInt(5, 40));
    for (const what of ["copy", "read", "handedOver"] as const) all[what] += said[what];
    result = said.result;
    if (result === "") all.kills++;
    else expect(result).toBe("copied");
  }
  const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;
  console.log(
    `${GIB} GiB in ${((Date.now() - beganAt) / 1000).toFixed(1)} s, ${all.kills} kills, ${all.handedOver} hand-overs: ` +
      `copied ${mib(all.copy - SIZE)} twice, read ${mib(all.read - SIZE)} twice`,
  );

  expect(all.kills).toBeGreaterThan(0);
  expect(all.copy).toBeGreaterThanOrEqual(SIZE);
  expect(all.copy).toBeLessThanOrEqual(SIZE + all.kills * PARTS_IN_HAND * PART_BYTES);
  expect(all.read).toBeGreaterThanOrEqual(SIZE);
  expect(all.read).toBeLessThanOrEqual(SIZE + all.kills * RANGES_IN_HAND * RANGE_BYTES);
  const { locations = [] } = (await images.find(id)) ?? {};
  expect(locations).toMatchObject([{ store: "fast" }, { store: "cheap", size: SIZE }]);
  const uploads = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: "cache" }));
  expect(uploads.Uploads ?? []).toEqual([]);
}, 1_200_000);
