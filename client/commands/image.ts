import { UsageError } from "../command-line/failures.ts";
import type { PatchOperation } from "../openstack/image-service.ts";
import { explain } from "../terminal/explain.ts";
import { fields } from "../terminal/table.ts";
import { attributePatch, pointer } from "../upload/attribute-patch.ts";
import { type AttributeOptions, attributesOf } from "./attribute-options.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

/** `imagectl image show ID|NAME`: the image, and below it what the service knows of its stored data. */
export async function showImage(context: Context, idOrName: string): Promise<Result> {
  const images = await context.service();
  const image = await images.find(idOrName);
  const integrity = await images.audit.integrity(image.id);
  if (!integrity) return { json: image, text: fields(image) };
  const { image_id: _, ...known } = integrity;
  // A custom property of that name stays what it is.
  return { json: { integrity, ...image }, text: `${fields(image)}\n\nstored data\n${fields(known)}` };
}

export interface SetOptions extends AttributeOptions {
  readonly removeProperty?: readonly string[];
}

/** `imagectl image set ID|NAME …`. */
export async function setImage(context: Context, idOrName: string, options: SetOptions): Promise<Result> {
  const patch: PatchOperation[] = [
    ...attributePatch(attributesOf(options)),
    ...(options.removeProperty ?? []).map((name) => ({ op: "remove" as const, path: pointer(name) })),
  ];
  if (patch.length === 0) throw new UsageError("nothing to set: see imagectl image set --help");
  const images = await context.service();
  const image = await images.update((await images.find(idOrName)).id, patch);
  return { json: image, text: fields(image) };
}

/** `imagectl image delete ID|NAME…`: those that can be; the others fail it, and are told with the reason. */
export async function deleteImages(context: Context, idsOrNames: readonly string[]): Promise<Result> {
  const images = await context.service();
  const deleted: string[] = [];
  const failed: { image: string; message: string }[] = [];
  for (const idOrName of new Set(idsOrNames)) {
    try {
      const { id } = await images.find(idOrName);
      await images.delete(id);
      deleted.push(id);
    } catch (error) {
      if (context.signal.aborted) throw error;
      failed.push({ image: idOrName, message: explain(error).message });
    }
  }
  for (const { image, message } of failed) context.note(`imagectl: ${image} is not deleted: ${message}`);
  return {
    json: { deleted, failed },
    text: deleted.map((id) => `image ${id} is deleted`).join("\n"),
    ...(failed.length === 0
      ? {}
      : {
          failure: new Error(`${failed.length} of ${deleted.length + failed.length} images are not deleted`),
        }),
  };
}

/** `imagectl image deactivate|reactivate ID|NAME`. */
export const setActive =
  (how: "deactivate" | "reactivate") =>
  async (context: Context, idOrName: string): Promise<Result> => {
    const images = await context.service();
    const { id } = await images.find(idOrName);
    await images.act(id, how);
    const image = await images.show(id);
    return { json: image, text: `image ${id} is ${image.status}` };
  };

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** `imagectl image restore ID` and `imagectl image recover ID`: a deleted image has no name to be found by. */
export const bringBackImage =
  (how: "restore" | "recover") =>
  async (context: Context, id: string): Promise<Result> => {
    if (!UUID.test(id)) throw new UsageError(`${id} is no id: a deleted image cannot be found by its name`);
    const images = await context.service();
    await images.act(id, how);
    const image = await images.show(id);
    return { json: image, text: `image ${id} is ${image.status} again` };
  };
