import { createHash, randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { imageItem, transferItem } from "../../shared/images/adapters/dynamodb/image-item.ts";
import {
  deletionKey,
  indexEntries,
  memberEntries,
  memberKey,
  openTransferKey,
  usageKey,
} from "../../shared/images/adapters/dynamodb/keys.ts";
import { deletionOf } from "../../shared/images/domain/deletion.ts";
import { emptyImage, type Image } from "../../shared/images/domain/image.ts";
import { objectKey } from "../../shared/images/domain/object-key.ts";
import type { Transfer } from "../../shared/images/domain/transfer.ts";
import { addUsage, noUsage, type Usage, usageOf } from "../../shared/images/domain/usage.ts";
import { jobOn, jobPorts } from "../contract/upkeep/all-jobs.ts";
import { type AuditedTable, auditedTable } from "../contract/upkeep/audited-table.ts";
import { aRun } from "../fakes/upkeep/job-run.ts";

const IMAGES = 10_000;
const PROJECTS = 50;
const DAY = 86_400;
const visibilities = ["private", "shared", "public", "community"] as const;

type Items = Record<string, unknown>[];
/** Of a hundred images. */
const kindOf = (n: number) => {
  const place = n % 100;
  if (place < 80) return "active";
  if (place < 84) return "deactivated";
  if (place < 87) return "queued";
  if (place < 90) return "saving";
  if (place < 93) return "pending_delete";
  if (place < 96) return "deleted";
  return place < 98 ? "purged" : "being deleted";
};

function bytesOf(n: number) {
  const data = Buffer.from(`bytes ${n % 16}`);
  const hash = (algorithm: string) => createHash(algorithm).update(data).digest("hex");
  return { data, checksum: hash("md5"), os_hash_algo: "sha512", os_hash_value: hash("sha512") };
}

/** The records of one image of its kind, and its bytes in the store. */
function imageItems({ at, bytes }: AuditedTable, n: number): { image: Image; items: Items } {
  const kind = kindOf(n);
  const id = randomUUID();
  const transferId = randomUUID();
  const key = objectKey({ imageId: id, transferId });
  const { data, ...hashes } = bytesOf(n);
  const hasData = kind !== "queued" && kind !== "saving";
  if (hasData && kind !== "deleted" && kind !== "purged") bytes.objects.set(key, data);
  const gone = {
    pending_delete: "pending_delete",
    deleted: "deleted",
    purged: "deleted",
    "being deleted": "deleted",
  };
  const created_at = at(400 * DAY - n * 1000);
  const member_count = kind === "purged" || n % 10 !== 0 ? 0 : 1 + (n % 3);
  const image: Image = {
    ...emptyImage,
    ...{ id, revision: 3, created_at, updated_at: at(DAY), owner: `project-${n % PROJECTS}`, member_count },
    name: n % 7 === 0 ? null : `image ${n % 3000}`,
    visibility: visibilities[n % visibilities.length] ?? "private",
    tags: n % 4 === 0 ? ["one", `tag ${n % 9}`] : [],
    properties: n % 3 === 0 ? { os_distro: "debian", architecture: "x86_64" } : {},
    status: kind in gone ? (gone[kind as keyof typeof gone] as Image["status"]) : (kind as Image["status"]),
    ...(hasData && {
      ...hashes,
      size: data.length,
      locations: [{ store: "s3", key, size: data.length, etag: hashes.checksum }],
    }),
    ...(hasData && { integrity: { verified_at: at(10 * DAY) } }),
    ...(kind in gone && { deleted_at: kind === "being deleted" ? at(60) : at(DAY) }),
    ...(kind === "purged" && { leftovers_purged: true }),
    ...(kind === "saving" && { transfer_id: transferId }),
  };
  const items: Items = [imageItem(image), ...indexEntries(image).map((entry) => ({ ...entry }))];
  for (let member = 0; member < member_count; member++) {
    const member_id = `member-${member}`;
    const record = { image_id: id, member_id, status: "accepted", created_at, updated_at: created_at };
    items.push({ ...memberKey(id, member_id), v: 1, ...record });
    for (const entry of memberEntries({ member_id, status: "accepted" }, image)) items.push({ ...entry });
  }
  if (kind !== "queued" && kind !== "purged") {
    const transfer: Transfer = {
      ...{ id: transferId, image_id: id, revision: 1, key, size: data.length, part_size: 10, token_hash: "" },
      state: kind === "saving" ? "open" : "complete",
      ...{ lease_seconds: DAY, expires_at: at(-DAY), latest_expiry: at(-DAY), created_at },
    };
    items.push(transferItem(transfer));
    if (kind === "saving") items.push({ ...openTransferKey(id, transferId) });
  }
  if (kind === "being deleted") {
    const deletion = deletionOf({ image_id: id, key }, new Date(at(60)));
    items.push({ ...deletionKey(deletion.id), v: 1, ...deletion });
  }
  return { image, items };
}

async function catalogue(table: AuditedTable): Promise<number> {
  const usage = new Map<string, Usage>();
  let items: Items = [];
  let count = 0;
  const write = async () => {
    await table.fill(items);
    count += items.length;
    items = [];
  };
  for (let n = 0; n < IMAGES; n++) {
    const { image, items: some } = imageItems(table, n);
    const project = image.owner ?? "";
    usage.set(project, addUsage(usage.get(project) ?? noUsage, usageOf(image)));
    items.push(...some);
    if (items.length > 1000) await write();
  }
  for (const [project, sum] of usage) items.push({ ...usageKey(project), v: 1, revision: 1, ...sum });
  await write();
  return count;
}

it(`finds nothing wrong with ${IMAGES} images in order`, async () => {
  const units = { read: 0, write: 0 };
  const table = await auditedTable({
    countsUsage: true,
    onUnits: ({ readUnits, writeUnits }) => {
      units.read += readUnits;
      units.write += writeUnits;
    },
  });
  const records = await catalogue(table);
  const before = await table.dump("image#", "list#", "transfers#", "deletions#", "usage#");
  expect(before).toHaveLength(records);
  const { ports: all } = jobPorts(table);
  const look = async (name: string, now = true) => {
    Object.assign(units, { read: 0, write: 0 });
    const began = performance.now();
    const { run, lines } = aRun({ now });
    const { work, ports } = jobOn(name, table, all);
    await work(ports)(run);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `${name}: ${records} records, ${seconds} s, ${units.read} read and ${units.write} write units`,
    );
    expect({ ...run.tally.counts(), unfinished: run.isUnfinished }, name).toMatchObject({
      ...{ acted: 0, failed: 0, unfinished: false },
    });
    expect(run.tally.examined).toBeGreaterThan(8000);
    expect(lines.filter(({ decision }) => decision === "interval not kept")).toEqual([]);
  };
  await look("auditor-light");
  await look("index-rebuild");
  await look("item-migration");
  expect(await table.dump("image#", "list#", "transfers#", "deletions#", "usage#")).toEqual(before);
  await look("auditor-deep");
  expect(await table.findings()).toEqual([]);
  expect(await table.dump("findings#", "outbox#")).toEqual([]);
}, 600_000);
