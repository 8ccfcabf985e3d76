import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import {
  imageKey,
  indexEntries,
  listPartition,
  memberEntries,
  memberKey,
  openTaskKey,
  openTransferKey,
  usageKey,
} from "../../../shared/images/adapters/dynamodb/keys.ts";
import { taskItem } from "../../../shared/images/adapters/dynamodb/task-item.ts";
import { deletionOf } from "../../../shared/images/domain/deletion.ts";
import type { Image } from "../../../shared/images/domain/image.ts";
import type { MemberStatus } from "../../../shared/images/domain/member.ts";
import { deletionWrite } from "../../../shared/images/ports/change.ts";
import { aTask } from "../images/task-store.ts";
import type { AuditedTable } from "./audited-table.ts";
import { metadefDamages, someNamespaces } from "./damaged-metadefs.ts";

export const DAY = 86_400;

/** Of everything something, all in order. */
export async function catalogue(table: AuditedTable) {
  const shared = await table.share(await table.share(await table.active(), "alt"), "others");
  const renamed = await table.commit(await table.active({ visibility: "public" }), { name: "two" });
  await table.active({ visibility: "community", name: "three", owner: null });
  await table.commit(undefined, { status: "queued", name: null });
  const { image, transfer } = await table.uploading();
  const deleted = await table.active();
  const now = table.ports.clock();
  const deletion = deletionOf({ image_id: deleted.id, key: keyOf(deleted) }, now);
  const after: Image = { ...deleted, status: "deleted", deleted_at: table.at(10_800) };
  const { image: removed } = await table.ports.images.commit({
    image: { before: deleted, after },
    writes: [deletionWrite(deletion)],
  });
  const gone = { deleted_at: table.at(14_400) };
  const pending = await table.commit(await table.active(), { ...gone, status: "pending_delete" });
  const emptied = await table.commit(undefined, { ...gone, status: "deleted", leftovers_purged: true });
  const namespaces = await someNamespaces(table);
  return {
    shared,
    renamed,
    uploading: image,
    transfer,
    deleted: removed,
    deletion,
    pending,
    emptied,
    namespaces,
  };
}

export type Catalogue = Awaited<ReturnType<typeof catalogue>>;

export interface Damage {
  readonly inflict: (table: AuditedTable, catalogue: Catalogue) => Promise<unknown>;
  /** Kinds of findings, with their states. */
  readonly found: Readonly<Record<string, "mended" | "open" | "quarantined">>;
  /** Whether the table is again what it was before the damage. */
  readonly isRestored?: false;
  readonly countsUsage?: true;
  readonly after?: (table: AuditedTable, catalogue: Catalogue) => Promise<unknown>;
}

export const keyOf = ({ locations }: Image): string => locations[0]?.key ?? "";
export const statusOf = async (table: AuditedTable, { id }: Image) =>
  (await table.ports.images.find(id))?.status;
export const prefixes = ["image#", "list#", "transfers#", "deletions#", "metadef#"];

/** Removes the entries of a member, or one of them. */
async function removeEntries(table: AuditedTable, image: Image, status: MemberStatus, which?: number) {
  const entries = memberEntries({ member_id: "alt", status }, image);
  for (const [index, { pk, sk }] of entries.entries())
    if (which === undefined || which === index) await table.remove({ pk, sk });
}

export const damages: Record<string, Damage> = {
  ...metadefDamages,
  "an object that is gone": {
    inflict: async ({ bytes }, { renamed }) => bytes.objects.delete(keyOf(renamed)),
    found: { "object-missing": "quarantined" },
    isRestored: false,
    after: async (table, { renamed }) => expect(await statusOf(table, renamed)).toBe("deactivated"),
  },
  "an object that is cut": {
    inflict: async ({ bytes }, { shared }) => bytes.objects.set(keyOf(shared), Buffer.from("dat")),
    found: { "size-mismatch": "quarantined" },
    isRestored: false,
    after: async (table, { shared }) => expect(await statusOf(table, shared)).toBe("deactivated"),
  },
  "an object that was written anew": {
    inflict: async ({ bytes }, { shared }) =>
      bytes.objects.set(keyOf(shared), Buffer.from("DATA of an image")),
    found: { "etag-mismatch": "open" },
    after: async (table, { shared }) => expect(await statusOf(table, shared)).toBe("active"),
  },
  "staged bytes that are gone": {
    inflict: (table) =>
      table.commit(undefined, {
        status: "uploading",
        staged: { store: "s3", key: `${randomUUID()}/${randomUUID()}`, size: 5 },
      }),
    found: { "staged-object-missing": "open" },
    isRestored: false,
  },
  "one list entry that is missing": {
    inflict: (table, { shared }) => table.remove(indexEntries(shared)[1] ?? imageKey("")),
    found: { "list-entry-missing": "mended" },
  },
  "an image without any entry": {
    inflict: async (table, { renamed }) => {
      for (const key of indexEntries(renamed)) await table.remove(key);
    },
    found: { "list-entry-missing": "mended" },
  },
  "entries of an image that does not exist": {
    inflict: async (table, { shared }) => {
      for (const key of indexEntries({ ...shared, id: randomUUID() })) await table.put({ ...key });
    },
    found: { "list-entry-left-over": "mended" },
  },
  "entries of a name that an image had": {
    inflict: async (table, { renamed }) => {
      for (const key of indexEntries({ ...renamed, name: "one" })) await table.put({ ...key });
    },
    found: { "list-entry-left-over": "mended" },
  },
  "entries in the list of another project": {
    inflict: async (table, { shared }) => {
      for (const key of indexEntries({ ...shared, owner: "others" })) await table.put({ ...key });
    },
    found: { "list-entry-left-over": "mended" },
  },
  "entries of a deleted image": {
    inflict: async (table, { deleted }) => {
      for (const key of indexEntries({ ...deleted, status: "active" })) await table.put({ ...key });
    },
    found: { "list-entry-left-over": "mended" },
  },
  "an image that waits for a scrubber which cannot find it": {
    inflict: async (table, { pending }) => {
      for (const key of indexEntries(pending)) await table.remove(key);
    },
    found: { "list-entry-missing": "mended" },
    after: async ({ dump }) => expect(await dump("deletions#scrub")).toHaveLength(1),
  },
  "deleted images that the purge cannot find": {
    inflict: async (table, { deleted, emptied }) => {
      for (const image of [deleted, emptied]) for (const key of indexEntries(image)) await table.remove(key);
    },
    found: { "list-entry-missing": "mended" },
  },
  "entries for scrubber and purge that nothing stands behind": {
    inflict: async (table, { shared, emptied }) => {
      const deleted_at = table.at(12_000);
      const wrong = [
        { ...shared, status: "pending_delete", deleted_at },
        { ...shared, status: "deleted", deleted_at },
        { ...emptied, deleted_at },
        { ...emptied, leftovers_purged: false },
        { ...shared, id: randomUUID(), status: "deleted", deleted_at, leftovers_purged: true },
      ] as const;
      for (const image of wrong) for (const key of indexEntries(image)) await table.put({ ...key });
    },
    found: { "list-entry-left-over": "mended" },
  },
  "a deleted image that does not say since when": {
    inflict: async (table, { emptied }) =>
      table.put({ ...((await table.get(imageKey(emptied.id))) ?? {}), deleted_at: null }),
    found: { "record-unreadable": "open" },
    isRestored: false,
  },
  "a member without its entry": {
    inflict: (table, { shared }) => removeEntries(table, shared, "accepted", 0),
    found: { "member-entry-missing": "mended" },
  },
  "a member without its entry among what it has accepted": {
    inflict: (table, { shared }) => removeEntries(table, shared, "accepted", 1),
    found: { "member-entry-missing": "mended" },
  },
  "a member's entry with another status": {
    inflict: async (table, { shared }) => {
      for (const entry of memberEntries({ member_id: "alt", status: "rejected" }, shared))
        await table.put({ ...entry });
    },
    found: { "member-entry-wrong": "mended" },
  },
  "an entry without its member": {
    inflict: async (table, { shared }) => {
      for (const entry of memberEntries({ member_id: "nobody", status: "accepted" }, shared))
        await table.put({ ...entry });
    },
    found: { "member-entry-left-over": "mended" },
  },
  "a member of an image that does not exist": {
    inflict: (table) =>
      table.put({ ...memberKey(randomUUID(), "alt"), v: 1, member_id: "alt", status: "accepted" }),
    found: { "member-left-over": "mended" },
  },
  "a member that was lost": {
    inflict: async (table, { shared }) => {
      await table.remove(memberKey(shared.id, "alt"));
      await removeEntries(table, shared, "accepted");
    },
    found: { "member-count-wrong": "mended" },
    isRestored: false,
    after: async (table, { shared }) =>
      expect(await table.ports.images.find(shared.id)).toMatchObject({ member_count: 1 }),
  },
  "an open transfer that sweeps cannot find": {
    inflict: (table, { uploading, transfer }) => table.remove(openTransferKey(uploading.id, transfer.id)),
    found: { "open-transfer-entry-missing": "mended" },
  },
  "an entry of a transfer that does not exist": {
    inflict: (table) => table.put({ ...openTransferKey(randomUUID(), randomUUID()) }),
    found: { "open-transfer-entry-left-over": "mended" },
  },
  "an import that its job cannot find, nor a list": {
    inflict: (table, { uploading }) => table.put(taskItem(aTask(uploading))),
    found: { "task-entry-missing": "mended" },
    isRestored: false,
    after: async ({ dump }) => expect(await dump("tasks#")).toHaveLength(3),
  },
  "an entry of a task that does not exist": {
    inflict: (table) => table.put({ ...openTaskKey(randomUUID()) }),
    found: { "open-task-entry-left-over": "mended" },
  },
  "a deletion that was half done": {
    inflict: async (table) => {
      const image = await table.active();
      await table.commit(image, { status: "deleted", deleted_at: table.at(10_800) });
    },
    found: { "bytes-left-over": "mended" },
    isRestored: false,
    after: async ({ ports, work }) => {
      const [message] = work.deleting;
      expect(await ports.images.findDeletion(message?.deletionId ?? "")).toBeDefined();
    },
  },
  "a deletion that does not end": {
    inflict: async (table, { deletion }) => {
      table.later(2 * DAY);
      expect(table.work.deleting).toEqual([]);
      return deletion;
    },
    found: { "deletion-overdue": "open" },
    after: async ({ work }, { deletion }) => expect(work.deleting).toEqual([{ deletionId: deletion.id }]),
  },
  "an upload that nobody ends": {
    inflict: (table) =>
      table.commit(undefined, { status: "saving", transfer_id: randomUUID(), updated_at: table.at(DAY) }),
    found: { "image-stuck": "mended" },
    isRestored: false,
  },
  "a counter that is wrong": {
    countsUsage: true,
    inflict: async (table) => {
      const { v, ...item } = (await table.get(usageKey("demo"))) ?? {};
      await table.put({ v, ...item, ...usageKey("demo"), image_count_total: 40, image_size_total: 0 });
    },
    found: { "usage-wrong": "mended" },
    after: async ({ ports }) =>
      // Four of demo's images live, two of them with bytes.
      expect(await ports.usage?.read("demo")).toMatchObject({ image_count_total: 4, image_size_total: 32 }),
  },
  "a counter that is wrong beside entries that are missing": {
    countsUsage: true,
    inflict: async (table, { renamed }) => {
      for (const key of indexEntries(renamed)) await table.remove(key);
      const item = (await table.get(usageKey("demo"))) ?? {};
      await table.put({ ...item, image_count_total: 3 });
    },
    found: { "list-entry-missing": "mended", "usage-wrong": "mended" },
    after: async ({ ports }) =>
      expect(await ports.usage?.read("demo")).toMatchObject({ image_count_total: 4, image_size_total: 32 }),
  },
  "a record that cannot be read": {
    inflict: (table) => table.put({ ...imageKey(randomUUID()), v: 2, status: "active" }),
    found: { "record-unreadable": "open" },
    isRestored: false,
  },
  "a record with a name that would make an impossible key": {
    inflict: async (table) => {
      const image = await table.active();
      await table.put({ ...((await table.get(imageKey(image.id))) ?? {}), owner: "o".repeat(3000) });
    },
    // The page cannot be read as a whole; of its records only this one fails, and its old entries are left over.
    found: { "list-entry-left-over": "mended" },
    isRestored: false,
  },
  "a record that nobody knows": {
    inflict: (table) => table.put({ pk: listPartition({ kind: "everything" }, "name"), sk: "nonsense" }),
    found: { "record-unknown": "open" },
    isRestored: false,
  },
};
