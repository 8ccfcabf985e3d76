import { randomUUID } from "node:crypto";
import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import type { S3UnderTest } from "../../../infra/local-aws/test/s3/s3-under-test.ts";
import { dynamodbCacheRecords } from "../../../shared/cache/adapters/dynamodb/cache-records.ts";
import { attendImage } from "../../../shared/cache/operations/attend-image.ts";
import { enqueueImage } from "../../../shared/cache/operations/enqueue-image.ts";
import { servedFromCache } from "../../../shared/cache/operations/serve-image.ts";
import { systemClock as clock } from "../../../shared/clock.ts";
import { s3BlobStore } from "../../../shared/images/adapters/s3/blob-store.ts";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";
import { configuredStores } from "../../../shared/images/operations/stores/configured-stores.ts";
import type { BlobStore } from "../../../shared/images/ports/blob-store.ts";
import { storesByName } from "../../../shared/images/ports/stores.ts";
import { readSettings } from "../../../shared/settings.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryFindings } from "../../fakes/images/memory-findings.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { hashesOf } from "../../fakes/images/service.ts";
import { memoryWorkQueue } from "../../fakes/memory-work-queue.ts";
import { startSource } from "../images/image-source.ts";

/** The least that S3 takes of a part that is not the last. */
export const PART_BYTES = 5 * 1024 ** 2;

/** The cache's adapters on emulators, and an image whose data is at a web server. */
export async function copiesOfHttp(s3: S3UnderTest, data: Buffer) {
  const source = await startSource();
  await source.place(source.key, data);
  const { documents } = await sdkOn(await temporaryDynamodb(), 6);
  const records = dynamodbCacheRecords(documents, "images");
  const copies = s3BlobStore(s3.client, "images");
  const images = memoryImageStore(clock).store;
  let bytesRead = 0;
  const read: BlobStore["read"] = async (key, offset, length) => {
    const bytes = await source.blobs.read(key, offset, length);
    bytesRead += bytes.length;
    return bytes;
  };
  const work = memoryWorkQueue();
  const ports = {
    ...{ images, records, copies, clock, queue: work.queue, newId: randomUUID },
    findings: memoryFindings().findings,
    configured: configuredStores(readSettings({})),
    stores: storesByName(new Map([["web", { read, head: source.blobs.head }]])),
    settings: { ...readSettings({}), image_cache_dir: "cache" },
    partBytes: () => PART_BYTES,
    report: (error: unknown) => {
      throw error;
    },
  };
  const at = clock().toISOString();
  const after: Image = {
    ...{ ...emptyImage, id: randomUUID(), status: "active", size: data.length, os_hash_algo: "sha512" },
    ...{ ...hashesOf(data), created_at: at, updated_at: at },
    locations: [{ store: "web", key: source.key, size: data.length, registered: true }],
  };
  const { image } = await images.commit({ image: { before: undefined, after } });
  return {
    ports,
    image,
    source,
    bytesRead: () => bytesRead,
    enqueue: () => enqueueImage(ports)(image),
    attend: (over: Partial<typeof ports> = {}, hasTime = () => true) =>
      attendImage({ ...ports, ...over })({ imageId: image.id }, hasTime),
    served: servedFromCache(ports),
  };
}
