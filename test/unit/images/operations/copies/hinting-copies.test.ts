import { expect, it } from "vitest";
import { hintingCopies } from "../../../../../shared/images/operations/copies/hinting-copies.ts";
import {
  deactivateImage,
  reactivateImage,
} from "../../../../../shared/images/operations/deactivate-image.ts";
import { updateImage } from "../../../../../shared/images/operations/update-image.ts";
import { copyingService } from "../../../../fakes/images/copying-service.ts";
import { admin } from "../../../../fakes/images/service.ts";

const name = "os_glance_copies";

/** An active image of a service whose changes are hinted at, and the hints from then on. */
async function hinted(copies: string) {
  const service = copyingService({ copies });
  const images = hintingCopies(service.ports.images, service.ports.queue, service.ports.settings);
  const { id } = await service.active(Buffer.from("some data"));
  const hints = service.work.copying;
  hints.length = 0;
  return { id, hints, ports: { ...service.ports, images } };
}

it("of an image of which an admin says which copies it is to have, and says something else, a hint is sent at once", async () => {
  const { id, hints, ports } = await hinted("");
  const update = updateImage(ports);
  await update(admin, id, [{ op: "add", name, value: "cheap:1" }]);
  expect(hints).toEqual([{ imageId: id }]);
  await update(admin, id, [{ op: "add", name: "other", value: "1" }]);
  expect(hints).toHaveLength(1);
  await update(admin, id, [{ op: "replace", name, value: "" }]);
  expect(hints).toHaveLength(2);
  // Without a setting there is nothing to make then.
  await update(admin, id, [{ op: "remove", name }]);
  expect(hints).toHaveLength(2);
});

it("of an image that is not active none is sent before it is", async () => {
  const { id, hints, ports } = await hinted("cheap:1");
  await deactivateImage(ports)(admin, id);
  await updateImage(ports)(admin, id, [{ op: "add", name, value: "cheap:1" }]);
  expect(hints).toEqual([]);
  await reactivateImage(ports)(admin, id);
  expect(hints).toEqual([{ imageId: id }]);
});
