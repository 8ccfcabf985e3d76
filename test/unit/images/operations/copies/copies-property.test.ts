import { expect, it } from "vitest";
import { createImage } from "../../../../../shared/images/operations/create-image.ts";
import { updateImage } from "../../../../../shared/images/operations/update-image.ts";
import { newImage } from "../../../../../shared/images/wire/new-image.ts";
import { copyingService } from "../../../../fakes/images/copying-service.ts";
import { admin, demo, memoryService } from "../../../../fakes/images/service.ts";

const name = "os_glance_copies";
const create = ({ ports }: Pick<ReturnType<typeof memoryService>, "ports">, value: string, caller = admin) =>
  createImage(ports)(
    caller,
    newImage({ [name]: value }, () => undefined),
  );

it("is set, changed and taken away by admins, and by nobody else", async () => {
  const service = copyingService();
  const { id } = await create(service, "cheap:1");
  expect(service.imageOf(id).properties).toEqual({ [name]: "cheap:1" });
  const update = updateImage(service.ports);
  await update(admin, id, [{ op: "replace", name, value: "" }]);
  expect(service.imageOf(id).properties).toEqual({ [name]: "" });
  await update(admin, id, [{ op: "remove", name }]);
  const reserved = { status: 403, message: `Attribute '${name}' is reserved.` };
  await expect(create(service, "cheap:1", demo)).rejects.toMatchObject(reserved);
  const own = await service.queuedImage();
  for (const operation of [{ op: "add", name, value: "cheap:1" } as const, { op: "remove", name } as const])
    await expect(update(demo, own.id, [operation])).rejects.toMatchObject(reserved);
});

it.each([
  ["cheep:1", "there is no store cheep in enabled_backends: did you mean cheap?"],
  ["old:1", "the store old is read-only"],
  ["cheap:2", "a store has 1 copy of an image or 0, not 2"],
  ["cheap", "a store has 1 copy"],
  ['{"cheap": 1', "this is no JSON"],
])("%s is refused with what to do", async (value, reason) => {
  const service = copyingService();
  const refusal = { status: 400, message: expect.stringContaining(reason) };
  await expect(create(service, value)).rejects.toMatchObject(refusal);
  const { id } = await service.queuedImage();
  const update = updateImage(service.ports)(admin, id, [{ op: "add", name, value }]);
  await expect(update).rejects.toMatchObject(refusal);
});

it("names no stores where none have names", async () => {
  await expect(create(memoryService(), "s3:1")).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining("set enabled_backends"),
  });
});
