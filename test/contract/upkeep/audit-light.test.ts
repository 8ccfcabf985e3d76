import { createHash, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  imageKey,
  indexEntries,
  listPartition,
  memberEntries,
  memberKey,
  openTransferKey,
  usageKey,
} from "../../../shared/images/adapters/dynamodb/keys.ts";
import { deletionOf } from "../../../shared/images/domain/deletion.ts";
import type { Image } from "../../../shared/images/domain/image.ts";
import type { MemberStatus } from "../../../shared/images/domain/member.ts";
import { deletionWrite } from "../../../shared/images/ports/change.ts";
import { RevisionConflict } from "../../../shared/images/ports/image-store.ts";
import { CheckpointMoved } from "../../../shared/upkeep/ports/checkpoints.ts";
import { type FaultPoint, faulty, InjectedFault } from "../../fakes/faulty.ts";
import { type AuditedTable, auditedTable } from "./audited-table.ts";

const DAY = 86_400;

/** Of everything something, all in order. */
async function catalogue(table: AuditedTable) {
  const shared = await table.share(await table.share(await table.active(), "alt"), "others");
  const renamed = await table.commit(await table.active({ visibility: "public" }), { name: "two" });
  await table.active({ visibility: "community", name: "three", owner: null });
  await table.commit(undefined, { status: "queued", name: null });
  const { image, transfer } = await table.uploading();
  const deleted = await table.active();
  const now = table.ports.clock();
  const deletion = deletionOf({ image_id: deleted.id, key: deleted.location?.key ?? "" }, now);
  const after: Image = { ...deleted, status: "deleted", deleted_at: table.at(10_800) };
  const { image: removed } = await table.ports.images.commit({
    image: { before: deleted, after },
    writes: [deletionWrite(deletion)],
  });
  const gone = { deleted_at: table.at(14_400) };
  const pending = await table.commit(await table.active(), { ...gone, status: "pending_delete" });
  const emptied = await table.commit(undefined, { ...gone, status: "deleted", leftovers_purged: true });
  return { shared, renamed, uploading: image, transfer, deleted: removed, deletion, pending, emptied };
}

type Catalogue = Awaited<ReturnType<typeof catalogue>>;

interface Damage {
  readonly inflict: (table: AuditedTable, catalogue: Catalogue) => Promise<unknown>;
  /** Kinds of findings, with their states. */
  readonly found: Readonly<Record<string, "mended" | "open" | "quarantined">>;
  /** Whether the table is again what it was before the damage. */
  readonly isRestored?: false;
  readonly countsUsage?: true;
  readonly after?: (table: AuditedTable, catalogue: Catalogue) => Promise<unknown>;
}

const keyOf = ({ location }: Image): string => location?.key ?? "";
const statusOf = async (table: AuditedTable, { id }: Image) => (await table.ports.images.find(id))?.status;
const prefixes = ["image#", "list#", "transfers#", "deletions#"];

/** Removes the entries of a member, or one of them. */
async function removeEntries(table: AuditedTable, image: Image, status: MemberStatus, which?: number) {
  const entries = memberEntries({ member_id: "alt", status }, image);
  for (const [index, { pk, sk }] of entries.entries())
    if (which === undefined || which === index) await table.remove({ pk, sk });
}

const damages: Record<string, Damage> = {
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
        staged: { key: `${randomUUID()}/${randomUUID()}`, size: 5 },
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

describe("the light auditor", () => {
  it("finds nothing where all is in order, and writes nothing", async () => {
    const table = await auditedTable({ countsUsage: true });
    await catalogue(table);
    const before = await table.dump("image#", "list#", "transfers#", "deletions#", "usage#", "outbox#");
    const { examined, acted, failed } = await table.audit();
    expect([acted, failed]).toEqual([0, 0]);
    expect(examined).toBeGreaterThan(20);
    expect(await table.findings()).toEqual([]);
    expect(await table.dump("image#", "list#", "transfers#", "deletions#", "usage#", "outbox#")).toEqual(
      before,
    );
  });

  it.each(Object.entries(damages))("finds %s in one pass", async (_, damage) => {
    const { inflict, found, isRestored = true, countsUsage = false, after } = damage;
    const table = await auditedTable({ countsUsage });
    const inOrder = await catalogue(table);
    const before = await table.dump(...prefixes);
    await inflict(table, inOrder);
    await table.audit();
    const findings = await table.findings();
    expect(Object.fromEntries(findings.map(({ kind, state }) => [kind, state]))).toEqual(found);
    if (isRestored) expect(await table.dump(...prefixes)).toEqual(before);
    await after?.(table, inOrder);

    // What was mended is in order; what was not is the same finding, seen again.
    table.later(4 * 3600);
    const again = await table.audit();
    for (const { kind, state, times_seen } of await table.findings())
      expect([kind, state, times_seen]).toEqual([kind, found[kind], state === "mended" ? 1 : 2]);
    expect(again.lines.filter(({ decision }) => decision === "mend record")).toEqual([]);
  });

  it("takes bytes that were written anew for good when an audit has read them since", async () => {
    const table = await auditedTable();
    const image = await table.active();
    table.bytes.objects.set(keyOf(image), Buffer.from("DATA of an image"));
    const written = table.at(0);
    const { head } = table.ports.blobs;
    const ports = {
      ...table.ports,
      blobs: {
        head: async (key: string) => ({
          ...((await head(key)) ?? { size: 0, etag: "" }),
          modifiedAt: written,
        }),
      },
    };
    await table.audit({}, ports);
    expect(await table.findings()).toMatchObject([{ state: "open" }]);
    table.later(DAY);
    await table.commit(await table.ports.images.find(image.id), { integrity: { audited_at: table.at(0) } });
    await table.audit({}, ports);
    expect(await table.findings()).toMatchObject([{ kind: "etag-mismatch", state: "mended" }]);
    const etag = createHash("md5").update("DATA of an image").digest("hex");
    expect((await table.ports.images.find(image.id))?.location?.etag).toBe(etag);
  });

  it("changes nothing in a dry run, and says what it would do", async () => {
    const table = await auditedTable({ countsUsage: true });
    const inOrder = await catalogue(table);
    const harmless = ["a counter that is wrong", "an object that is gone", "one list entry that is missing"];
    for (const name of harmless) await damages[name]?.inflict(table, inOrder);
    const before = await table.dump("");
    const { acted, wouldAct } = await table.audit({ dryRun: true });
    expect([acted, wouldAct]).toEqual([0, harmless.length]);
    expect(await table.dump("")).toEqual(before);
  });

  it("leaves the bytes of young images to the next pass, whichever clock is an hour wrong", async () => {
    const GRACE = 300;
    const HOUR = 3600;
    const errors = [-HOUR, 0, HOUR];
    for (const auditor of errors) {
      for (const writer of errors) {
        const table = await auditedTable();
        // The image is a second younger than the grace, by a clock that is right.
        const changed_at = table.at(GRACE - 1 - writer);
        const image = await table.active({ updated_at: changed_at });
        const half = await table.commit(await table.active(), { status: "deleted", deleted_at: changed_at });
        const stuck = { status: "saving", transfer_id: randomUUID(), updated_at: changed_at } as const;
        await table.commit(undefined, stuck);
        table.bytes.objects.delete(keyOf(image));
        table.later(auditor);
        expect((await table.audit()).acted, `auditor ${auditor}, writer ${writer}`).toBe(0);
        expect(await table.findings()).toEqual([]);
        table.later(5 * HOUR);
        await table.audit();
        const kinds = (await table.findings()).map(({ kind }) => kind);
        expect(kinds).toEqual(["bytes-left-over", "image-stuck", "object-missing"]);
        expect(await statusOf(table, half)).toBe("deleted");
      }
    }
  });

  it("beside a restored table reports what would make bytes be deleted, and leaves it alone", async () => {
    const table = await auditedTable();
    const inOrder = await catalogue(table);
    for (const name of ["a deletion that was half done", "an upload that nobody ends"])
      await damages[name]?.inflict(table, inOrder);
    table.later(2 * DAY);
    table.tableBeat.set({ table: "table-1", beat: 4, version: "4" });
    table.bucketBeat.set({ table: "table-1", beat: 9, version: "9" });
    const before = await table.dump(...prefixes);
    const { acted, waits } = await table.audit();
    expect([acted, waits]).toEqual([0, expect.stringContaining("an earlier state of itself")]);
    expect(await table.dump(...prefixes)).toEqual(before);
    expect(table.work.deleting).toEqual([]);
    expect((await table.findings()).map(({ kind, state }) => [kind, state])).toEqual([
      ["bytes-left-over", "open"],
      ["deletion-overdue", "open"],
    ]);
    table.tableBeat.set({ table: "table-1", beat: 9, version: "9" });
    table.later(DAY);
    await table.audit();
    expect((await table.findings()).map(({ kind, state }) => [kind, state])).toEqual([
      ["bytes-left-over", "mended"],
      ["deletion-overdue", "open"],
      ["image-stuck", "mended"],
    ]);
  });

  it("stops before it takes too many images out of use, and goes on when it is released", async () => {
    const table = await auditedTable({ settings: { audit_quarantine_max: 3 } });
    const images = await Promise.all(Array.from({ length: 8 }, () => table.active()));
    table.bytes.objects.clear();
    const left = async () =>
      (await Promise.all(images.map((image) => statusOf(table, image)))).filter(
        (status) => status === "active",
      ).length;
    for (const expected of [5, 2]) {
      await expect(table.audit()).rejects.toThrow("3 images were taken out of use in one pass");
      expect(await left()).toBe(expected);
    }
    await table.audit();
    expect(await left()).toBe(0);
  });

  it("keeps below its rate, and goes on where its time ended", async () => {
    const table = await auditedTable({ settings: { audit_light_objects_per_second: 10 } });
    for (let n = 0; n < 60; n++) await table.active({ name: `${n}` });
    const image = await table.active();
    for (const key of indexEntries(image)) await table.remove(key);
    const began = table.ports.clock().getTime();
    let runs = 0;
    for (let unfinished = true; unfinished; runs++) {
      const end = table.ports.clock().getTime() + 9000;
      ({ unfinished } = await table.audit({ hasTime: () => table.ports.clock().getTime() < end }));
    }
    // 5 records an image; each run takes a page of 100.
    expect(runs).toBeGreaterThan(2);
    expect((table.ports.clock().getTime() - began) / 1000).toBeGreaterThan(20);
    expect(await table.findings()).toMatchObject([...indexEntries(image)].map(() => ({ state: "mended" })));
  });

  it("killed anywhere, is continued, and everything is found", async () => {
    const names = [
      "an object that is gone",
      "an image without any entry",
      "a member that was lost",
      "an entry without its member",
      "a deletion that was half done",
    ];
    const run = async (point: FaultPoint | undefined) => {
      const table = await auditedTable();
      const inOrder = await catalogue(table);
      for (const name of names) await damages[name]?.inflict(table, inOrder);
      const { clock, sleep, settings, ...stores } = table.ports;
      const broken = faulty(stores as unknown as Record<string, object>, point);
      const ports = { ...(broken.ports as unknown as typeof stores), clock, sleep, settings };
      await table.audit({}, ports).catch((error: unknown) => {
        if (!(error instanceof InjectedFault)) throw error;
      });
      const calls = broken.calls();
      table.later(60);
      await table.audit();
      const again = await table.audit();
      expect([again.acted, again.failed], `${JSON.stringify(point)}`).toEqual([0, 0]);
      const { shared, renamed } = inOrder;
      expect(await statusOf(table, renamed)).toBe("deactivated");
      const renamedNow = await table.ports.images.find(renamed.id);
      for (const key of indexEntries(renamedNow ?? renamed)) expect(await table.get(key)).toBeDefined();
      expect((await table.ports.images.find(shared.id))?.member_count).toBe(1);
      expect((await table.dump("deletions#pending")).length).toBe(2);
      return calls;
    };
    const calls = await run(undefined);
    expect(calls).toBeGreaterThan(30);
    for (let call = 1; call <= calls; call += 3)
      await run({ call, moment: call % 2 === 0 ? "before" : "after" });
  }, 240_000);

  it("does no harm when two run at once", async () => {
    const table = await auditedTable();
    const inOrder = await catalogue(table);
    for (const name of ["an image without any entry", "an object that is gone", "entries of a deleted image"])
      await damages[name]?.inflict(table, inOrder);
    const both = await Promise.allSettled([table.audit(), table.audit()]);
    for (const result of both)
      if (result.status === "rejected") expect(result.reason).toBeInstanceOf(CheckpointMoved);
    await table.audit();
    expect((await table.findings()).every(({ state }) => state !== "open")).toBe(true);
    expect(await table.audit()).toMatchObject({ acted: 0, failed: 0 });
  });

  it.each([0, 0.05])("says nothing about images that others write meanwhile (faults: %d)", async (rate) => {
    const table = await auditedTable({ rate, countsUsage: true });
    await catalogue(table);
    let isOver = false;
    const { images } = table.ports;
    const lifeOfAnImage = async (n: number) => {
      const updated_at = table.at(0);
      let image = await table.active({ name: `${n}`, visibility: "public", updated_at });
      image = await table.share(image, "alt");
      for (let name = 0; name < 3; name++) image = await table.commit(image, { name: `${n}-${name}` });
      const [member] = await images.members(image.id);
      const after: Image = { ...image, member_count: 0, visibility: "private" };
      image = (
        await images.commit({
          image: { before: image, after },
          writes: [{ kind: "member", before: member, after: undefined }],
        })
      ).image;
      const deletion = deletionOf({ image_id: image.id, key: keyOf(image) }, new Date());
      await images.commit({
        image: { before: image, after: { ...image, status: "deleted", deleted_at: updated_at } },
        writes: [deletionWrite(deletion)],
      });
      await table.ports.blobs.head(keyOf(image));
      table.bytes.objects.delete(keyOf(image));
      await images.removeDeletion(deletion.id);
    };
    const writer = async (first: number) => {
      for (let n = first; !isOver; n += 4)
        await lifeOfAnImage(n).catch((error: unknown) => {
          // A write whose answer was lost and that was sent again.
          if (!(error instanceof RevisionConflict)) throw error;
        });
    };
    const writers = [0, 1, 2, 3].map(writer);
    for (let passes = 0; passes < 6; passes++) expect((await table.audit()).acted).toBe(0);
    isOver = true;
    await Promise.all(writers);
    expect(await table.audit()).toMatchObject({ acted: 0, failed: 0 });
    expect(await table.findings()).toEqual([]);
  });
});
