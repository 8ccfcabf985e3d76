import { describe, expect, it } from "vitest";
import { deactivateImage } from "../../../../../shared/images/operations/deactivate-image.ts";
import { uploadImage } from "../../../../../shared/images/operations/transfers/upload-image.ts";
import { importingService } from "../../../../fakes/images/importing-service.ts";
import { admin, alt, demo } from "../../../../fakes/images/service.ts";
import { failureOf } from "../../../../fakes/images/signed-image.ts";

const data = Buffer.from("what was staged");
const copy = { method: { name: "copy-image" } } as const;
const web = (uri?: string) =>
  ({ method: { name: "web-download", ...(uri !== undefined && { uri }) } }) as const;
const remote = (more: object) => ({ method: { name: "glance-download", ...more } }) as const;
const LOCK = "os_glance_import_task";

/** The status and text of a refusal. */
const refusal = async (work: Promise<unknown>) => {
  const { status, message } = (await failureOf(work)) ?? {};
  return [status, message];
};

async function active(service: ReturnType<typeof importingService>, store?: string): Promise<string> {
  const { id } = await service.queuedImage();
  await uploadImage(service.ports)(demo, id, data, true, store);
  return id;
}

describe("an import is refused", () => {
  it("by the status of the image, before it is asked who may import", async () => {
    const service = importingService();
    const { id: queued } = await service.queuedImage({ visibility: "community" });
    const inUse = await active(service);
    for (const caller of [demo, alt]) {
      expect(await refusal(service.begin(queued, { caller }))).toEqual([
        409,
        expect.stringContaining("staged"),
      ]);
      expect(await refusal(service.begin(queued, { caller, ...copy }))).toEqual([
        409,
        "Only images with status active can be targeted for copying",
      ]);
    }
    for (const other of [{}, web("https://x.example/"), remote({})])
      expect(await refusal(service.begin(inUse, other))).toEqual([
        409,
        "Image with status active cannot be target for import",
      ]);
    const { id: staged } = await service.staged(data);
    expect(await refusal(service.begin(staged, web("https://x.example/")))).toEqual([
      409,
      "Image needs to be in 'queued' state to use 'web-download' method",
    ]);
    await deactivateImage(service.ports)(admin, inUse);
    expect((await refusal(service.begin(inUse, { caller: admin, ...copy })))[0]).toBe(409);
  });

  it("without formats, then without what the method needs", async () => {
    const service = importingService();
    const { id } = await service.queuedImage({ container_format: null, disk_format: null });
    const url = "https://x.example/";
    expect(await refusal(service.begin(id, web(url)))).toEqual([
      409,
      "'container_format' needs to be set before import",
    ]);
    const { id: half } = await service.queuedImage({ disk_format: null });
    expect(await refusal(service.begin(half, web(url)))).toEqual([
      409,
      "'disk_format' needs to be set before import",
    ]);
    const { id: whole } = await service.queuedImage();
    const named = { glance_region: "r" };
    expect((await refusal(service.begin(whole, remote({}))))[1]).toMatch(/'glance_region' needs/);
    expect((await refusal(service.begin(whole, remote(named))))[1]).toMatch(/'glance_image_id' needs/);
    expect(await refusal(service.begin(whole, remote({ ...named, glance_image_id: "x" })))).toEqual([
      400,
      expect.stringContaining("does not look like a UUID"),
    ]);
    for (const uri of [undefined, "", "ftp://x.example/", "https://u:p@x.example/"])
      expect((await refusal(service.begin(whole, web(uri))))[0]).toBe(400);
  });

  it("to others than the owner and admins, and copies to all but admins", async () => {
    const service = importingService();
    const { id } = await service.staged(data, { visibility: "community" });
    expect((await refusal(service.begin(id, { caller: alt })))[0]).toBe(403);
    const { id: hidden } = await service.staged(data);
    expect((await refusal(service.begin(hidden, { caller: alt })))[0]).toBe(404);
    const inUse = await active(service);
    expect((await refusal(service.begin(inUse, { ...copy, stores: ["cheap"] })))[0]).toBe(403);
    await service.begin(inUse, { caller: admin, ...copy, stores: ["cheap"] });
    await service.begin(id, { caller: admin });
  });

  it.each([
    ["all stores and some", { all_stores: true, stores: ["fast"] }, 400],
    ["all stores and a header's", { all_stores: true, store: "fast" }, 400],
    ["some stores and a header's", { stores: ["fast"], store: "fast" }, 400],
    ["an unknown store", { stores: ["fast", "none"] }, 409],
    ["an unknown store of the header", { store: "none" }, 409],
    ["one that is read-only", { stores: ["old"] }, 410],
    ["no store", { stores: [] }, 400],
  ])("for %s", async (_, wanted, status) => {
    const service = importingService();
    const { id } = await service.staged(data);
    expect((await refusal(service.begin(id, wanted)))[0]).toBe(status);
    expect(service.imageOf(id)).toMatchObject({ status: "uploading", properties: {} });
  });

  it("as a copy to a store that has the image, and does nothing where all have it", async () => {
    const service = importingService();
    const id = await active(service);
    expect(await refusal(service.begin(id, { caller: admin, ...copy, stores: ["cheap", "fast"] }))).toEqual([
      400,
      "Image is already present at store 'fast'",
    ]);
    await service.attend(await service.begin(id, { caller: admin, ...copy, all_stores: true }));
    expect(service.imageOf(id).locations.map(({ store }) => store)).toEqual(["fast", "cheap"]);
    const before = service.imageOf(id);
    expect(await service.begin(id, { caller: admin, ...copy, all_stores: true })).toBe("");
    expect(service.imageOf(id)).toEqual(before);
    expect(await service.leftovers()).toEqual([]);
  });

  it("where no stores are named, for what needs several", async () => {
    const service = importingService({ enabled_backends: [], default_backend: "" });
    const { id } = await service.staged(data);
    expect((await refusal(service.begin(id, { all_stores_must_succeed: false })))[0]).toBe(400);
    await service.begin(id, { stores: ["whatever"], all_stores: true });
    expect(service.imageOf(id).properties.os_glance_importing_to_stores).toBe("s3");
  });

  it("above a quota, and stays staged", async () => {
    const limited = { use_keystone_limits: true, image_size_total: 0 } as const;
    const service = importingService(limited);
    const { id } = await service.staged(Buffer.alloc(1_100_000));
    expect((await refusal(service.begin(id)))[0]).toBe(413);
    expect(service.imageOf(id).status).toBe("uploading");
  });
});

describe("the lock of an import", () => {
  it("keeps others out while its task is alive", async () => {
    const service = importingService();
    const id = await active(service);
    const first = await service.begin(id, { caller: admin, ...copy, stores: ["cheap"] });
    const second = () => service.begin(id, { caller: admin, ...copy, stores: ["cheap"] });
    expect(await refusal(second())).toEqual([409, "Image has active task"]);
    service.pass(3500);
    expect((await refusal(second()))[0]).toBe(409);
    // A run that has it in hand says that it is alive.
    const now = service.ports.clock().toISOString();
    await service.ports.tasks.holdTask(first, { by: "run", now, until: now });
    service.pass(3500);
    expect((await refusal(second()))[0]).toBe(409);
  });

  it("is taken over when it is stale, and what the other one had begun is deleted", async () => {
    const service = importingService();
    const id = await active(service);
    const first = await service.begin(id, { caller: admin, ...copy, stores: ["cheap"] });
    // It comes as far as the record of its copy.
    await service.attend(first, { hasTime: () => false });
    service.pass(3700);
    const second = await service.begin(id, { caller: admin, ...copy, stores: ["cheap"] });
    expect(service.taskOf(first)).toMatchObject({ status: "failure", message: "Expired lock preempted" });
    expect(service.imageOf(id).properties).toMatchObject({
      [LOCK]: second,
      os_glance_importing_to_stores: "cheap",
    });
    expect(await service.attend(first)).toBe("nothing to do");
    expect(await service.attend(second)).toBe("imported");
    expect(service.imageOf(id).locations).toHaveLength(2);
    expect(await service.leftovers()).toEqual([]);
  });

  it("of a task that is gone is taken over at once", async () => {
    const service = importingService();
    const id = await active(service);
    const first = await service.begin(id, { caller: admin, ...copy, stores: ["cheap"] });
    service.metadata.tasks.delete(first);
    const second = await service.begin(id, { caller: admin, ...copy, stores: ["cheap"] });
    expect(service.imageOf(id).properties[LOCK]).toBe(second);
  });

  it("lets one of two imports at once through", async () => {
    const service = importingService();
    const { id } = await service.staged(data);
    const both = await Promise.allSettled([service.begin(id), service.begin(id)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(service.metadata.tasks.size).toBe(1);
  });
});

it("nothing is staged where nothing staged is imported", async () => {
  const service = importingService({ enabled_import_methods: ["web-download"] });
  expect(await refusal(service.staged(data))).toEqual([404, expect.stringContaining("glance-direct")]);
});

it("an import whose login could not be handed on ends at once", async () => {
  const service = importingService();
  const { id } = await service.queuedImage();
  const { queue } = service.ports;
  queue.fetch = async () => {
    throw new Error("no queue");
  };
  const method = {
    name: "glance-download",
    glance_region: "r",
    glance_image_id: "6f1ff4ef-b3b2-4f4f-9d0d-1d2f4c7b8a11",
  } as const;
  await expect(service.begin(id, { method, token: "secret" })).rejects.toThrow("no queue");
  const [message] = service.work.importing;
  expect(await service.attend(message?.taskId ?? "")).toBe("failed");
  expect(service.imageOf(id)).toMatchObject({ status: "queued" });
  expect(service.taskOf(message?.taskId ?? "").message).toMatch(/could not be handed on/);
});
