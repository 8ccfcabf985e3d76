import { describe, expect, it } from "vitest";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { addMember } from "../../../../shared/images/operations/members/add-member.ts";
import { abortTransfer } from "../../../../shared/images/operations/transfers/abort-transfer.ts";
import { downloadImage } from "../../../../shared/images/operations/transfers/download-image.ts";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { stageImage, uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { updateImage } from "../../../../shared/images/operations/update-image.ts";
import type { Notification } from "../../../../shared/notifications/domain/notification.ts";
import { reap } from "../../../../shared/upkeep/operations/reap.ts";
import { alt, demo, memoryService } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";

const data = Buffer.from("0123456789");
type Service = ReturnType<typeof memoryService>;

/** What was told since the last look. */
function told({ metadata }: Service): Notification[] {
  const entries = [...metadata.outboxEntries.values()].sort((one, other) =>
    one.place < other.place ? -1 : 1,
  );
  metadata.outboxEntries.clear();
  return entries;
}
const typesOf = (events: readonly Notification[]) => events.map(({ event_type }) => event_type);
const payloadOf = (event: Notification | undefined) => event?.payload as Record<string, unknown>;

const imageKeys = [
  ..."id name status created_at updated_at min_disk min_ram protected checksum owner disk_format".split(" "),
  ..."container_format size virtual_size is_public visibility properties tags deleted deleted_at".split(" "),
].sort();

describe("what Glance's subscribers are told", () => {
  it("create, update, delete", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage({ properties: { os_distro: "debian" } });
    await updateImage(service.ports)(demo, id, [{ op: "replace", name: "name", value: "two" }]);
    await deleteImage(service.ports)(demo, id);
    const events = told(service);
    expect(typesOf(events)).toEqual(["image.create", "image.update", "image.delete"]);
    const [create, update, remove] = events.map(payloadOf);
    expect(Object.keys(create ?? {}).sort()).toEqual(imageKeys);
    expect(create).toMatchObject({
      status: "queued",
      deleted: false,
      deleted_at: null,
      is_public: false,
      properties: { os_distro: "debian" },
      created_at: expect.stringMatching(/^2026-01-01T00:00:0\dZ$/),
    });
    expect(update).toMatchObject({ name: "two" });
    expect(remove).toMatchObject({ deleted: true, deleted_at: expect.stringMatching(/Z$/) });
  });

  it("prepare, upload and activate around an upload, with its two lists of stores", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    told(service);
    await uploadImage(service.ports)(demo, id, data);
    const events = told(service);
    expect(typesOf(events)).toEqual([
      "image.update",
      "image.prepare",
      "image.upload",
      "image.activate",
      "image.update",
    ]);
    const [, prepare, upload, activate] = events.map(payloadOf);
    const lists = { os_glance_importing_to_stores: [], os_glance_failed_import: [] };
    expect(prepare).toMatchObject({ ...lists, status: "saving", size: null });
    expect(upload).toMatchObject({ ...lists, status: "active", size: data.length });
    expect(Object.keys(activate ?? {}).sort()).toEqual(imageKeys);
  });

  it("the same for a transfer, and only updates for staged bytes", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    told(service);
    const { complete } = await service.uploaded(id, data);
    await complete();
    expect(typesOf(told(service)).slice(-3)).toEqual(["image.upload", "image.activate", "image.update"]);
    const { id: staged } = await service.queuedImage();
    told(service);
    await stageImage(service.ports)(demo, staged, data);
    expect(typesOf(told(service))).toEqual(["image.update", "image.update"]);
  });

  const failure = { event_type: "image.upload", priority: "ERROR" };
  it("a failed upload as an error with a plain sentence", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage({ disk_format: "qcow2" });
    told(service);
    await expect(uploadImage(service.ports)(demo, id, data)).rejects.toThrow();
    expect(told(service)).toMatchObject([{ ...failure, payload: expect.stringContaining(id) }]);

    const { complete } = await service.uploaded(id, data);
    told(service);
    await expect(complete()).rejects.toThrow();
    expect(told(service)).toMatchObject([
      { ...failure, payload: expect.stringMatching(/^Failed to upload image data for image .+: .+/) },
      { event_type: "image.update", payload: { status: "queued" } },
    ]);
  });

  it("one that was aborted, one that nobody went on with, and one whose image was deleted", async () => {
    const service = memoryService();
    const begin = async () => {
      const { id } = await service.queuedImage();
      const opened = await openTransfer(service.ports)(demo, id, {
        size: 10,
        leaseSeconds: 60,
        stage: false,
        multipart: true,
      });
      told(service);
      return { id, ref: { imageId: id, transferId: opened.transfer.id } };
    };
    const aborted = await begin();
    await abortTransfer(service.ports)({ caller: demo, token: undefined }, aborted.ref, { broken: false });
    expect(told(service)[0]).toMatchObject({ ...failure, payload: expect.stringContaining("aborted") });

    await begin();
    service.pass(100_000);
    await reap(service.ports)(aRun().run);
    expect(told(service)[0]).toMatchObject({ ...failure, payload: expect.stringContaining("broke off") });

    const { id } = await begin();
    await deleteImage(service.ports)(demo, id);
    expect(told(service)).toMatchObject([{ event_type: "image.delete" }, failure]);
  });

  it("send when the URL of a download is handed out, with who got it", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage({ visibility: "shared" });
    await downloadImage(service.ports)(demo, id);
    await uploadImage(service.ports)(demo, id, data);
    expect(typesOf(told(service))).not.toContain("image.send");
    await downloadImage(service.ports)(demo, id);
    expect(told(service).map(({ payload }) => payload)).toEqual([
      {
        bytes_sent: data.length,
        image_id: id,
        owner_id: demo.projectId,
        receiver_tenant_id: demo.projectId,
        receiver_user_id: demo.userId,
      },
    ]);
    await expect(downloadImage(service.ports)(alt, id)).rejects.toThrow();
    expect(told(service)).toEqual([]);
  });
});

describe("disabled_notifications", () => {
  /** What is told of a life in which everything happens once. */
  const lifeWith = async (disabled_notifications: string[]) => {
    const service = memoryService({ disabled_notifications });
    const { id } = await service.queuedImage();
    await uploadImage(service.ports)(demo, id, data);
    await addMember(service.ports)(demo, id, "other");
    await downloadImage(service.ports)(demo, id);
    return { types: new Set(typesOf(told(service))), hints: service.work.notifying.length };
  };
  const everything = [
    ..."image.create image.update image.prepare image.upload image.activate image.send".split(" "),
    "image.member.create",
  ];

  it.each([
    [[], everything],
    [["image.update"], everything.filter((type) => type !== "image.update")],
    [["image.member"], everything.filter((type) => type !== "image.member.create")],
    [["image.member.create"], everything.filter((type) => type !== "image.member.create")],
    [["task", "metadef_tag"], everything],
    [["image.mem", "imag"], everything],
    [["image"], []],
  ])("%j", async (disabled, wanted) => {
    const { types, hints } = await lifeWith(disabled);
    expect([...types].sort()).toEqual([...wanted].sort());
    expect(hints > 0).toBe(wanted.length > 0);
  });
});

it("a lost hint costs nobody his answer", async () => {
  const service = memoryService();
  service.work.queue.notify = async () => {
    throw new Error("SQS is away");
  };
  const { id } = await service.queuedImage();
  expect((await uploadImage(service.ports)(demo, id, data)).status).toBe("active");
  expect(told(service).length).toBeGreaterThan(4);
});
