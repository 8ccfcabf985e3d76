import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { importingService } from "../../../../fakes/images/importing-service.ts";
import { failureOf, patchProperties, signedProperties } from "../../../../fakes/images/signed-image.ts";

const data = Buffer.from("what was signed");

it("verifies the signature of staged data, and the image says so", async () => {
  const service = importingService();
  const { id } = await service.staged(data, { properties: signedProperties(service, data) });
  const taskId = await service.begin(id, { all_stores: true });
  expect(await service.attend(taskId)).toBe("imported");
  expect(service.imageOf(id)).toMatchObject({
    status: "active",
    integrity: { signature: { hash_method: "SHA-256" } },
  });
  expect(await service.leftovers()).toEqual([]);
});

it.each([
  ["SHA-512", "sha256"],
  ["SHA-512", "md5"],
  ["SHA-256", "sha256"],
  ["SHA-256", "sha384"],
  ["SHA-224", "sha512"],
] as const)("verifies a signature of %s beside an expected %s", async (method, algorithm) => {
  const service = importingService();
  const { id } = await service.staged(data, { properties: signedProperties(service, data, { method }) });
  const hash = createHash(algorithm).update(data).digest("hex");
  const taskId = await service.begin(id, { checksum: `${algorithm}:${hash}` });
  await service.attend(taskId);
  expect(service.taskOf(taskId)).toMatchObject({ status: "success", message: "" });
  expect(service.imageOf(id)).toMatchObject({
    status: "active",
    integrity: { signature: { hash_method: method } },
  });
});

it("refuses data that is not what was signed, and has it deleted", async () => {
  const service = importingService();
  const { id } = await service.staged(data, { properties: signedProperties(service, Buffer.from("other")) });
  const taskId = await service.begin(id);
  expect(await service.attend(taskId)).toBe("failed");
  expect(service.imageOf(id)).toMatchObject({ status: "queued", staged: null });
  expect(service.taskOf(taskId).message).toMatch(/img_signature is no .* signature/);
  expect(await service.leftovers()).toEqual([]);
});

it("refuses a signature without a certificate at once", async () => {
  const service = importingService();
  const properties = {
    ...signedProperties(service, data),
    img_signature_certificate_uuid: "00000000-0000-4000-8000-000000000000",
  };
  const { id } = await service.staged(data, { properties });
  expect((await failureOf(service.begin(id)))?.status).toBe(400);
  expect(service.imageOf(id).status).toBe("uploading");
});

it.each([0, 1, 2, 3])("refuses a signature that is changed after %i runs", async (runs) => {
  const service = importingService();
  const { id } = await service.staged(data, { properties: signedProperties(service, data) });
  const taskId = await service.begin(id, { stores: ["cheap"] });
  for (let run = 0; run < runs; run++) await service.attend(taskId, { hasTime: () => false });
  expect(service.imageOf(id).status).toBe("importing");
  await patchProperties(service, id, { img_signature: "AAAA" });
  while (service.taskOf(taskId).import) await service.attend(taskId);
  expect(service.imageOf(id).status).toBe("queued");
  expect(service.taskOf(taskId).message).toMatch(/properties of a signature were changed/);
  expect(await service.leftovers()).toEqual([]);
});
