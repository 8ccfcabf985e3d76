import { expect, it } from "vitest";
import type { ProjectLimits } from "../../../../../shared/images/domain/limits.ts";
import { createTask, type NewTask } from "../../../../../shared/images/operations/tasks/create-task.ts";
import { uploadImage } from "../../../../../shared/images/operations/transfers/upload-image.ts";
import { importingService } from "../../../../fakes/images/importing-service.ts";
import { admin as anybodysAdmin, demo } from "../../../../fakes/images/service.ts";
import { failureOf } from "../../../../fakes/images/signed-image.ts";

const id = "6a0f5d3e-0000-4000-8000-000000000001";
const uri = "https://x.example/";

const wanted = (properties: Record<string, string> = {}): NewTask => ({
  ...{ uri, input: { import_from: uri }, requestId: "req-1" },
  image: { id, disk_format: "raw", container_format: "bare", protected: true, properties },
});
const signed = {
  img_signature: "c2lnbmF0dXJl",
  img_signature_certificate_uuid: "6a0f5d3e-0000-4000-8000-00000000000c",
  img_signature_hash_method: "SHA-256",
  img_signature_key_type: "RSA-PSS",
};
const admin = { ...anybodysAdmin, projectId: demo.projectId };

/** A service with an image of more than a MiB, whose project is kept to these limits from now on. */
async function limitedTo(limits: ProjectLimits) {
  const service = importingService();
  const { id: other } = await service.queuedImage();
  await uploadImage(service.ports)(demo, other, Buffer.alloc(1_100_000));
  service.metadata.outboxEntries.clear();
  const ports = { ...service.ports, limits: { of: async () => limits } };
  return { ...service, create: (task: NewTask) => createTask(ports)(admin, () => task) };
}

it("makes the image and begins its import in one change", async () => {
  const { create, taskOf, imageOf, metadata } = await limitedTo({
    image_count_total: 2,
    image_count_uploading: 1,
  });
  const task = await create(wanted());
  expect(taskOf(task.id)).toMatchObject({ type: "import", status: "pending", image_id: id });
  expect(imageOf(id)).toMatchObject({
    ...{ status: "importing", revision: 1, owner: admin.projectId },
    properties: { os_glance_import_task: task.id },
  });
  const told = [...metadata.outboxEntries.values()].map(({ event_type }) => event_type);
  expect(told).toEqual(["image.create", "image.update", "image.prepare", "task.create"]);
});

it("takes no id that another image has, which stays as it is", async () => {
  const { create, imageOf } = await limitedTo({});
  await create(wanted());
  const before = imageOf(id);
  expect((await failureOf(create(wanted())))?.status).toBe(409);
  expect(imageOf(id)).toBe(before);
});

it.each([
  ["a quota of bytes", { image_size_total: 0 }, {}, 413],
  ["a number of uploads", { image_count_uploading: 0 }, {}, 413],
  ["a number of images", { image_count_total: 1 }, {}, 413],
  ["a signature without a certificate", {}, signed, 400],
])("leaves no image behind when it is refused by %s", async (_, limits, properties, status) => {
  const { create, metadata } = await limitedTo(limits);
  const before = [...metadata.images.keys()];
  for (let tries = 0; tries < 2; tries++)
    expect((await failureOf(create(wanted(properties))))?.status).toBe(status);
  expect([...metadata.images.keys()]).toEqual(before);
  expect([metadata.tasks.size, metadata.outboxEntries.size]).toEqual([0, 0]);
});
