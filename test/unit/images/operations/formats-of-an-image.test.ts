import { expect, it } from "vitest";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { updateImage } from "../../../../shared/images/operations/update-image.ts";
import { demo, memoryService } from "../../../fakes/images/service.ts";

const replaced = { op: "replace", name: "disk_format", value: "qcow2" } as const;

it("the formats of an image can be replaced until its data is there", async () => {
  const { ports, queuedImage } = memoryService();
  const { id } = await queuedImage();
  expect(await updateImage(ports)(demo, id, [replaced])).toMatchObject({ disk_format: "qcow2" });
  const raw = await queuedImage();
  await uploadImage(ports)(demo, raw.id, Buffer.from("0123456789"));
  for (const name of ["disk_format", "container_format"]) {
    const refused = updateImage(ports)(demo, raw.id, [{ ...replaced, name }]);
    await expect(refused).rejects.toMatchObject({ status: 403, message: expect.stringContaining(name) });
  }
  expect((await ports.images.find(raw.id))?.disk_format).toBe("raw");
});

it("an image that is being imported still takes formats", async () => {
  const { ports, queuedImage } = memoryService();
  const before = await queuedImage();
  await ports.images.commit({ image: { before, after: { ...before, status: "importing" } } });
  expect(await updateImage(ports)(demo, before.id, [replaced])).toMatchObject({ disk_format: "qcow2" });
});
