import { createHash } from "node:crypto";
import { indexEntries, memberEntries, usageKey } from "../../../shared/images/adapters/dynamodb/keys.ts";
import type { Image } from "../../../shared/images/domain/image.ts";
import { imageEvent } from "../../../shared/images/domain/image-events.ts";
import { objectKey } from "../../../shared/images/domain/object-key.ts";
import type { ImportTask } from "../../../shared/images/domain/task.ts";
import { unfinishedChanges } from "../metadefs/unfinished-changes.ts";
import { jobPorts } from "./all-jobs.ts";
import { auditedTable } from "./audited-table.ts";
import { messyCache } from "./messy-cache.ts";
import { itemOfVersion1, itemOfVersion2 } from "./old-records.ts";

const DAY = 86_400;
const data = Buffer.from("data of an image");
const hashes = {
  checksum: createHash("md5").update(data).digest("hex"),
  os_hash_algo: "sha512",
  os_hash_value: createHash("sha512").update(data).digest("hex"),
};

/** Ids that are not made by the test. */
const randomId = /(?!00000000-)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** A table in which every job has several things to do; with the same ids each time. */
export async function messyTable({ rate = 0 } = {}) {
  let ids = 0;
  const newId = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`;
  const table = await auditedTable({ rate, countsUsage: true, newId });
  const { ports, ages, published, cheap } = jobPorts(table);
  // Table and bucket know each other.
  for (const place of [table.tableBeat, table.bucketBeat])
    place.set({ table: "table-1", beat: 1, version: "met" });
  const active = (changes: Partial<Image> = {}) => table.active({ ...hashes, ...changes }, data);
  const keyOf = ({ locations }: Image) => locations[0]?.key ?? "";
  const keep = (image: Image) => ages.set(keyOf(image), table.at(30 * DAY));

  // In order, and to stay so.
  keep(await table.share(await active({ visibility: "public" }), "alt"));
  // For the outbox.
  for (let n = 0; n < 3; n++) {
    const { image } = await ports.images.commit({
      image: {
        before: undefined,
        after: { ...(await active()), id: newId(), locations: [], size: null, status: "queued" },
      },
      events: [],
    });
    const after = { ...image, name: `renamed ${n}` };
    await ports.images.commit({
      image: { before: image, after },
      events: [imageEvent("image.update", after)],
    });
  }
  // For the scrubber.
  for (let n = 0; n < 3; n++)
    await table.commit(await active(), { status: "pending_delete", deleted_at: table.at(3 * DAY) });
  // For the purge.
  for (const age of [40, 50, 200]) {
    const deleted_at = table.at(age * DAY);
    const image = await table.share(await table.share(await active(), "alt"), "others");
    table.bytes.objects.delete(keyOf(image));
    await table.commit(image, { status: "deleted", deleted_at, updated_at: deleted_at });
  }
  const emptied = { status: "deleted", leftovers_purged: true, deleted_at: table.at(300 * DAY) } as const;
  for (let n = 0; n < 2; n++) await table.commit(undefined, { ...emptied, updated_at: emptied.deleted_at });
  // For the reaper.
  const past = table.at(2 * DAY);
  for (let n = 0; n < 2; n++) {
    await table.uploading({ expires_at: past, latest_expiry: past, lease_seconds: 60 });
    await table.commit(undefined, { status: "saving", transfer_id: newId(), updated_at: table.at(DAY) });
    const orphan = objectKey({ imageId: newId(), transferId: newId() });
    table.bytes.objects.set(orphan, Buffer.from("rubbish"));
    ages.set(orphan, table.at(9 * DAY));
    const upload = objectKey({ imageId: newId(), transferId: newId() });
    ages.set(await table.bytes.store.createUpload(upload), table.at(9 * DAY));
  }
  // For the auditors and index-rebuild.
  const missing = await active();
  table.bytes.objects.delete(keyOf(missing));
  const flipped = await active();
  table.bytes.objects.set(keyOf(flipped), Buffer.from("DATA of an image"));
  const unlisted = await active({ name: "unlisted" });
  for (const key of indexEntries(unlisted)) await table.remove(key);
  for (const key of indexEntries({ ...unlisted, id: newId() })) await table.put({ ...key });
  const shared = await table.share(await active({ name: "shared" }), "alt");
  for (const { pk, sk } of memberEntries({ member_id: "alt", status: "accepted" }, shared))
    await table.remove({ pk, sk });
  await table.commit(await active(), { status: "deleted", deleted_at: table.at(DAY) });
  // For the copies.
  await active({ name: "copied", properties: { os_glance_copies: "cheap:1" } });
  // For the imports: staged in one store, and to come into two.
  const staging = await active();
  const [stagedAt = null] = staging.locations;
  const task: ImportTask = {
    ...{ id: newId(), revision: 0, type: "api_image_import", status: "processing", owner: "demo" },
    ...{ user_id: "u", request_id: "r", image_id: staging.id, result: null, message: "" },
    input: { image_id: staging.id, import_req: {}, backend: ["s3", "cheap"] },
    ...{ created_at: table.at(7200), updated_at: table.at(7200), expires_at: null },
    import: {
      ...{ method: { name: "glance-direct" }, stores: ["s3", "cheap"], all_stores_must_succeed: true },
      ...{ step: "plugins", placed: [], failed: [], plugins_done: [], roles: [], attempts: 0 },
    },
  };
  await ports.images.commit({
    image: {
      before: staging,
      after: {
        ...{ ...staging, status: "importing", locations: [], staged: stagedAt, checksum: null },
        ...{ os_hash_value: null, disk_format: "raw", container_format: "bare" },
        properties: { os_glance_import_task: task.id },
      },
    },
    writes: [{ kind: "task", before: undefined, after: task }],
  });
  // For item-migration: of both older versions.
  for (let n = 0; n < 3; n++) await table.put(itemOfVersion1(await active({ name: `old ${n}` })));
  for (let n = 3; n < 6; n++) await table.put(itemOfVersion2(await active({ name: `old ${n}` })));
  // For usage-recount, and the light auditor with it.
  await table.put({ ...(await table.get(usageKey("demo"))), ...usageKey("demo"), image_count_total: 99 });

  // For the job of the metadata definitions: one that was never written, one that left its notifications, and a young one.
  await unfinishedChanges(table.documents, newId, {
    old: () => new Date(table.at(7200)),
    young: () => new Date(table.at(60)),
  });

  await messyCache(table, { records: ports.cache, copies: ports.copies }, { newId, active, keep, ages });

  /** What is stored and recorded, without what differs from run to run: random ids, and how often something was seen. */
  const state = async () => {
    const bare = ({
      revision: _,
      count_id: __,
      times_seen: ___,
      upload_id: ____,
      ...item
    }: Record<string, unknown>) => item;
    const records = await table.dump(
      "image#",
      "list#",
      "transfers#",
      "task",
      "deletions#",
      "usage#",
      "cache#",
    );
    const events = await table.dump("outbox#");
    const catalogue = (await table.dump("metadef#")).map(({ pk, sk }) =>
      `${pk} ${sk}`.replace(randomId, "*"),
    );
    const isFinding = ({ event_type }: Record<string, unknown>) => event_type === "image.audit.finding";
    const told = (some: typeof events) =>
      some.map(({ event_type, payload }) => JSON.stringify([event_type, payload])).sort();
    return {
      records: records.map(bare),
      catalogue: catalogue.sort(),
      events: told(events.filter((event) => !isFinding(event))),
      findings: [...(await table.dump("findings#")).map(bare), ...told(events.filter(isFinding))],
      objects: [...table.bytes.objects.keys()].sort(),
      copies: [...cheap.objects.keys()],
      uploads: table.bytes.uploads.size + cheap.uploads.size,
    };
  };
  return { ...table, ports, published, state };
}

export type MessyTable = Awaited<ReturnType<typeof messyTable>>;
