import { expect, it } from "vitest";
import type { Image } from "../../../../shared/images/domain/image.ts";
import { reactivateImage } from "../../../../shared/images/operations/deactivate-image.ts";
import { quarantineImage } from "../../../../shared/images/operations/integrity/quarantine-image.ts";
import { acknowledgeFinding } from "../../../../shared/images/operations/integrity/show-findings.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { admin, demo, memoryService } from "../../../fakes/images/service.ts";

const evidence = { stored_size: 3 };
const damage = { kind: "size-mismatch", evidence } as const;

/** An active image, some of it changed by hand, and what becomes of it. */
async function stored(attributes: Partial<Image> = {}) {
  const service = memoryService();
  const { ports, metadata } = service;
  const { id } = await service.queuedImage();
  const active = await uploadImage(ports)(demo, id, Buffer.from("0123456789"));
  const key = active.locations[0]?.key ?? "";
  const { image } = await ports.images.commit({
    image: { before: active, after: { ...active, ...attributes } },
  });
  metadata.outboxEntries.clear();
  return {
    image,
    key,
    quarantine: (of: Parameters<ReturnType<typeof quarantineImage>>[1] = damage) =>
      quarantineImage(ports)({ imageId: id, store: "s3", key }, of),
    current: async () => (await ports.images.find(id)) ?? expect.fail(),
    ports,
    audit: service.audit,
    finding: async () => (await ports.findings.list({ limit: 10 })).findings[0],
    events: () => [...metadata.outboxEntries.values()].map(({ event_type }) => event_type),
  };
}

it("takes an image out of use with reason, time and evidence, and records a finding; its bytes stay its own", async () => {
  const { image, key, quarantine, current, finding, events } = await stored();
  expect(await quarantine()).toBe("quarantined");
  const after = await current();
  const at = after.updated_at;
  expect(after).toEqual({
    ...image,
    status: "deactivated",
    revision: image.revision + 1,
    updated_at: expect.any(String),
    integrity: {
      ...image.integrity,
      quarantined: { at, reason: "size-mismatch", evidence: { store: "s3", ...evidence } },
    },
  });
  expect(at > image.updated_at).toBe(true);
  expect(events()).toEqual(["image.update"]);
  expect(await finding()).toMatchObject({
    kind: "size-mismatch",
    image_id: image.id,
    object_key: key,
    state: "quarantined",
  });
});

it("is done once: the same damage again changes nothing of the image", async () => {
  const { quarantine, current, events, audit } = await stored();
  await quarantine();
  const before = await current();
  expect(await quarantine()).toBe("known");
  expect(await current()).toEqual(before);
  expect([events(), audit.outbox]).toMatchObject([{ length: 1 }, { length: 1 }]);
});

it("is told anew when an admin had put the image into use again, and acknowledged the finding", async () => {
  const { image, quarantine, current, finding, ports, audit } = await stored();
  await quarantine();
  await acknowledgeFinding(ports)(admin, (await finding())?.id ?? "");
  await reactivateImage(ports)(admin, image.id);
  expect(await quarantine()).toBe("quarantined");
  expect((await current()).status).toBe("deactivated");
  expect(await finding()).toMatchObject({ state: "quarantined", acknowledged_by: null });
  expect(audit.outbox).toHaveLength(2);
});

it("survives another write at the same time, as that one does", async () => {
  const { image, key, ports, current } = await stored();
  const { find } = ports.images;
  let isFirst = true;
  const images = {
    ...ports.images,
    find: async (id: string) => {
      const before = await find(id);
      if (isFirst && before)
        await ports.images.commit({ image: { before, after: { ...before, name: "new" } } });
      isFirst = false;
      return before;
    },
  };
  const quarantine = quarantineImage({ ...ports, images });
  expect(await quarantine({ imageId: image.id, store: "s3", key }, damage)).toBe("quarantined");
  expect(await current()).toMatchObject({ name: "new", status: "deactivated" });
});

it("of an image without a record is none", async () => {
  const { ports, key, finding } = await stored();
  expect(await quarantineImage(ports)({ imageId: "another", store: "s3", key }, damage)).toBe("gone");
  expect(await finding()).toBeUndefined();
});

it("another damage of the same image is recorded in its place", async () => {
  const { quarantine, current } = await stored();
  await quarantine();
  expect(await quarantine({ kind: "object-missing", evidence: {} })).toBe("quarantined");
  expect((await current()).integrity.quarantined?.reason).toBe("object-missing");
});

it("an image that its owner has deactivated gets the record, without which he could reactivate it", async () => {
  const { quarantine, current } = await stored({ status: "deactivated" });
  expect(await quarantine()).toBe("quarantined");
  expect(await current()).toMatchObject({
    status: "deactivated",
    integrity: { quarantined: { reason: "size-mismatch" } },
  });
});

it("an image that is in use with the record of a quarantine is taken out of use again", async () => {
  const at = "2026-01-01T00:00:00.000Z";
  const quarantined = { at, reason: "size-mismatch", evidence } as const;
  const { quarantine, current } = await stored({ integrity: { quarantined } });
  expect(await quarantine()).toBe("quarantined");
  expect((await current()).status).toBe("deactivated");
});

it("data that a caller has registered beside the bytes does not keep a damaged image in use", async () => {
  const { image, quarantine, ports, current } = await stored();
  const registered = { store: "web", key: "https://images.example/a", size: 10, registered: true } as const;
  const locations = [...image.locations, registered];
  await ports.images.commit({ image: { before: image, after: { ...image, locations } } });
  expect(await quarantine({ kind: "hash-mismatch", evidence: {} })).toBe("quarantined");
  expect(await current()).toMatchObject({
    status: "deactivated",
    integrity: { quarantined: { reason: "hash-mismatch" } },
  });
  const { findings } = await ports.findings.list({ limit: 10 });
  expect(findings.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
    "copy-hash-mismatch open",
    "hash-mismatch quarantined",
  ]);
});
