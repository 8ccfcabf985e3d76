import { randomUUID } from "node:crypto";
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { openDynamodb } from "../../../infra/local-aws/emulators/dynamodb/open-dynamodb.ts";
import { noFaults } from "../../../infra/local-aws/faults.ts";
import { imagesTable } from "../../../infra/local-aws/test/dynamodb/images-table.ts";
import { temporaryDirectory } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbCacheRecords } from "../../../shared/cache/adapters/dynamodb/cache-records.ts";
import { servedFromCache } from "../../../shared/cache/operations/serve-image.ts";
import { systemClock as clock } from "../../../shared/clock.ts";
import { dynamodbImageLists } from "../../../shared/images/adapters/dynamodb/image-listing.ts";
import { dynamodbImageStore } from "../../../shared/images/adapters/dynamodb/image-store.ts";
import { memberEntries } from "../../../shared/images/adapters/dynamodb/keys.ts";
import { dynamodbRefusedUploads } from "../../../shared/images/adapters/dynamodb/refused-uploads.ts";
import { dynamodbUsageStore } from "../../../shared/images/adapters/dynamodb/usage-store.ts";
import { createImage } from "../../../shared/images/operations/create-image.ts";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { listImages } from "../../../shared/images/operations/list-images.ts";
import { configuredLimits } from "../../../shared/images/operations/quotas/configured-limits.ts";
import { showImage } from "../../../shared/images/operations/show-image.ts";
import { configuredStores } from "../../../shared/images/operations/stores/configured-stores.ts";
import { downloadImage } from "../../../shared/images/operations/transfers/download-image.ts";
import { openTransfer } from "../../../shared/images/operations/transfers/open-transfer.ts";
import { signParts } from "../../../shared/images/operations/transfers/sign-parts.ts";
import { updateImage } from "../../../shared/images/operations/update-image.ts";
import { storesByName } from "../../../shared/images/ports/stores.ts";
import { imageQuery } from "../../../shared/images/wire/image-query.ts";
import { dynamodbOutboxWriter } from "../../../shared/notifications/adapters/dynamodb/outbox-writer.ts";
import { notifyOf } from "../../../shared/notifications/operations/notify.ts";
import { readSettings } from "../../../shared/settings.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import { memorySigningCertificates } from "../../fakes/images/memory-signing-certificates.ts";
import { demo } from "../../fakes/images/service.ts";
import { theStore } from "../../fakes/images/the-store.ts";
import { memoryWorkQueue } from "../../fakes/memory-work-queue.ts";

interface Units {
  read: number;
  write: number;
}

/** The image operations on an emulated table that counts the documented capacity units. */
async function measured(counted: boolean) {
  let units: Units = { read: 0, write: 0 };
  const service = await openDynamodb({
    directory: await temporaryDirectory(),
    tables: [imagesTable],
    faults: noFaults,
    onUnits: ({ readUnits, writeUnits }) => {
      units.read += readUnits;
      units.write += writeUnits;
    },
  });
  const { documents } = await sdkOn(service, 3);
  const images = dynamodbImageStore(documents, "images", { countsUsage: counted });
  const lists = dynamodbImageLists(documents, "images");
  const settings = readSettings(
    counted
      ? {
          GLANCE_USE_KEYSTONE_LIMITS: "true",
          GLANCE_IMAGE_COUNT_TOTAL: "1000",
          GLANCE_IMAGE_SIZE_TOTAL: "1000000",
        }
      : {},
  );
  const limits = configuredLimits(settings);
  const notify = notifyOf(dynamodbOutboxWriter(documents, "images"), { disabled: [] });
  const blobs = memoryBlobStore().store;
  const { queue } = memoryWorkQueue();
  const usage = dynamodbUsageStore(documents, "images");
  const refused = dynamodbRefusedUploads(documents, "images");
  const stores = theStore(blobs);
  const configured = configuredStores(settings);
  const cached = servedFromCache({
    ...{ records: dynamodbCacheRecords(documents, "images"), copies: memoryBlobStore().store },
    ...{ queue, clock, settings },
    report: (error) => {
      throw error;
    },
  });
  const { certificates } = memorySigningCertificates();
  const ports = {
    sources: storesByName(new Map()),
    ...{ images, lists, stores, configured, cached, limits, usage, certificates },
    ...{ refused, clock, queue, notify, settings },
  };
  const costOf = async (work: () => Promise<unknown>): Promise<Units> => {
    units = { read: 0, write: 0 };
    await work();
    return { ...units };
  };
  return { ports, costOf, documents };
}

const query = (text: string) => imageQuery(new URLSearchParams(text), readSettings({}));

/** Signs 8 parts of a transfer, the second time with all that is known of the first. */
async function transferOf({ ports }: Awaited<ReturnType<typeof measured>>, size: number | null) {
  const properties = {};
  const { id } = await createImage(ports)(demo, { disk_format: "raw", container_format: "bare", properties });
  const request = { size, leaseSeconds: 3600, stage: false, multipart: true };
  const { transfer, token } = await openTransfer(ports)(demo, id, request);
  const ref = { imageId: id, transferId: transfer.id };
  return (first: number) => {
    const parts = Array.from({ length: 8 }, (_, at) => ({ number: first + at, size: 16_777_216 }));
    return signParts(ports)({ caller: undefined, token }, ref, parts);
  };
}

/** Costs of the usual operations in a project of `count` images. */
async function costsAt(count: number, counted = false): Promise<Record<string, Units>> {
  const service = await measured(counted);
  const { ports, costOf } = service;
  const create = (name: string) => createImage(ports)(demo, { name, properties: { os_distro: "debian" } });
  for (let n = 0; n < count; n++) await create(`image-${n}`);
  const { id } = await create("one");
  const before = await ports.images.find((await create("with data")).id);
  if (!before) throw new Error("it was created");
  const { image: active } = await ports.images.commit({
    image: {
      before,
      after: { ...before, status: "active", locations: [{ store: "s3", key: "k", size: 1 }] },
    },
  });
  const list = listImages(ports);
  const sign = await transferOf(service, 2 ** 34);
  await sign(1);
  return {
    create: await costOf(() => create("another")),
    show: await costOf(() => showImage(ports)(demo, id)),
    "list 25, newest first": await costOf(() => list(demo, query(""))),
    "list 25, by name": await costOf(() => list(demo, query("sort=name:asc"))),
    "list 25, by name, newest first": await costOf(() => list(demo, query("sort=name:asc,created_at:desc"))),
    "look up a name": await costOf(() => list(demo, query("name=one"))),
    "look up two names": await costOf(() => list(demo, query("name=in:one,image-7&sort=size"))),
    "look up an id": await costOf(() => list(demo, query(`id=${id}`))),
    "what no image can be": await costOf(() => list(demo, query("status=deleted"))),
    "change a property": await costOf(() =>
      updateImage(ports)(demo, id, [{ op: "add", name: "a", value: "b" }]),
    ),
    rename: await costOf(() =>
      updateImage(ports)(demo, id, [{ op: "replace", name: "name", value: randomUUID() }]),
    ),
    delete: await costOf(() => deleteImage(ports)(demo, id)),
    "sign 8 parts": await costOf(() => sign(9)),
    "hand out a download": await costOf(() => downloadImage(ports)(demo, active.id)),
  };
}

it("the usual operations cost the same in a project of 40 images and of 400", async () => {
  const [few, many] = [await costsAt(40), await costsAt(400)];
  console.table(many);
  expect(many).toEqual(few);
});

it("a project's counter costs two units where its usage changes, and nothing else", async () => {
  const [without, counted] = [await costsAt(1), await costsAt(1, true)];
  const counter = (units: Units | undefined) => units && { ...units, write: units.write + 2 };
  expect(counted).toEqual({ ...without, create: counter(without.create), delete: counter(without.delete) });
});

it("parts of an image of unknown size cost one unit more where projects have quotas", async () => {
  const costs: Units[] = [];
  for (const counted of [false, true]) {
    const service = await measured(counted);
    const sign = await transferOf(service, null);
    await sign(1);
    costs.push(await service.costOf(() => sign(9)));
  }
  expect(costs).toEqual([
    { read: 2, write: 1 },
    { read: 3, write: 1 },
  ]);
});

it("what strangers offer, however much it is, makes no usual list dearer", async () => {
  const { ports, costOf, documents } = await measured(false);
  for (let n = 0; n < 30; n++) await createImage(ports)(demo, { name: `image-${n}`, properties: {} });
  const usual = ["", "sort=name:asc", "sort=size:desc", "visibility=shared", "name=image-3"];
  const costs = async () => {
    const found: [string, Units][] = [];
    for (const text of usual) found.push([text, await costOf(() => listImages(ports)(demo, query(text)))]);
    return found;
  };
  const before = await costs();
  const offers = Array.from({ length: 2000 }, () => {
    const image = { id: randomUUID(), name: "spam", created_at: clock().toISOString() };
    return memberEntries({ member_id: demo.projectId, status: "pending" }, image);
  }).flat();
  while (offers.length > 0) {
    const some = offers.splice(0, 25).map((Item) => ({ PutRequest: { Item } }));
    await documents.send(new BatchWriteCommand({ RequestItems: { images: some } }));
  }
  expect(await costs()).toEqual(before);
  const asked = await costOf(() => listImages(ports)(demo, query("member_status=pending")));
  expect(asked.read).toBeGreaterThan(1000);
});
