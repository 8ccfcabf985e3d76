import { randomUUID } from "node:crypto";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  temporaryDirectory,
  temporaryDynamodb,
} from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { type S3UnderTest, startS3UnderTest } from "../../../infra/local-aws/test/s3/s3-under-test.ts";
import { dynamodbImageStore } from "../../../shared/images/adapters/dynamodb/image-store.ts";
import { s3BlobStore } from "../../../shared/images/adapters/s3/blob-store.ts";
import { dynamodbOrphans } from "../../../shared/upkeep/adapters/dynamodb/orphans.ts";
import { tableHeartbeats, tableIdentity } from "../../../shared/upkeep/adapters/dynamodb/table-heartbeats.ts";
import { filesystemBlobInventory } from "../../../shared/upkeep/adapters/filesystem/blob-inventory.ts";
import { s3BlobInventory } from "../../../shared/upkeep/adapters/s3/blob-inventory.ts";
import { bucketHeartbeats } from "../../../shared/upkeep/adapters/s3/bucket-heartbeats.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { memoryBlobInventory } from "../../fakes/upkeep/memory-blob-inventory.ts";
import { memoryHeartbeats } from "../../fakes/upkeep/memory-heartbeats.ts";
import { memoryOrphans } from "../../fakes/upkeep/memory-orphans.ts";
import { filesStore, temporaryFolder } from "../images/filesystem-under-test.ts";
import {
  blobInventoryContract,
  heartbeatsContract,
  orphansContract,
  uploadInventoryContract,
} from "./reaper-ports.ts";

let emulator: S3UnderTest;
beforeAll(async () => {
  emulator = await startS3UnderTest();
});
afterAll(() => emulator.stop());

const HEARTBEAT = { Bucket: "cache", Key: "upkeep/heartbeat" };
const documentsAt = async (rate = 0) => {
  const service = await temporaryDynamodb({ faults: { seed: 3, rate } });
  return (await sdkOn(service, 6)).documents;
};

const inMemory = async () => {
  const bytes = memoryBlobStore();
  return { blobs: bytes.store, inventory: memoryBlobInventory(bytes, { pageSize: 2 }).inventory };
};
const onEmulator = async () => ({
  blobs: s3BlobStore(emulator.client, "images"),
  inventory: s3BlobInventory(emulator.client, "images", { pageSize: 2 }),
});
blobInventoryContract("memory", inMemory, { saysAges: false });
blobInventoryContract("S3 emulator", onEmulator);
const files = temporaryFolder();
blobInventoryContract(
  "files",
  async () => ({ blobs: filesStore(files), inventory: filesystemBlobInventory(files, 2) }),
  { makeKey: randomUUID },
);
uploadInventoryContract("memory", inMemory, { saysAges: false });
uploadInventoryContract("S3 emulator", onEmulator);

heartbeatsContract("memory", async () => memoryHeartbeats().heartbeats);
heartbeatsContract("DynamoDB emulator", async () => tableHeartbeats(await documentsAt(), "images", "reaper"));
heartbeatsContract("S3 emulator", async () => {
  await emulator.client.send(new DeleteObjectCommand(HEARTBEAT));
  return bucketHeartbeats(emulator.client, HEARTBEAT.Bucket);
});

const dynamodb = async (rate?: number) => {
  const documents = await documentsAt(rate);
  return { images: dynamodbImageStore(documents, "images"), orphans: dynamodbOrphans(documents, "images") };
};
orphansContract("memory", async () => {
  const memory = memoryImageStore();
  return { images: memory.store, orphans: memoryOrphans(memory) };
});
orphansContract("DynamoDB emulator", () => dynamodb());
orphansContract("DynamoDB emulator on a bad day", () => dynamodb(0.1));

it("a bucket's heartbeat that cannot be read is that of no table, and can be written over", async () => {
  const heartbeats = bucketHeartbeats(emulator.client, HEARTBEAT.Bucket);
  for (const Body of ["", "{", "7", '{"table":1,"beat":2}']) {
    await emulator.client.send(new PutObjectCommand({ ...HEARTBEAT, Body }));
    const seen = await heartbeats.find();
    expect(seen).toMatchObject({ table: "", beat: 0 });
    expect(await heartbeats.replace(seen, { table: "one", beat: 1 })).toBe(true);
  }
});

it("a table keeps its identity, and another one has another", async () => {
  const directory = await temporaryDirectory();
  const first = await temporaryDynamodb({ directory });
  const identity = await tableIdentity((await sdkOn(first)).documents, "images");
  await first.close();
  const again = await temporaryDynamodb({ directory });
  expect(await tableIdentity((await sdkOn(again)).documents, "images")).toBe(identity);
  const other = await temporaryDynamodb();
  expect(await tableIdentity((await sdkOn(other)).documents, "images")).not.toBe(identity);
});
