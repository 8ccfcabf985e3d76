import type { Image, PatchOperation } from "../openstack/image-service.ts";
import { bytesText } from "../terminal/amounts.ts";
import { UsageError } from "../terminal/exit-codes.ts";
import { fields, table } from "../terminal/table.ts";
import { type AttributeOptions, attributePatch, attributesOf, pointer } from "../upload/image-attributes.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

export interface ListOptions {
  readonly name?: string;
  readonly status?: string;
  readonly visibility?: string;
  readonly tag?: string;
}

/** `imagectl image list`. */
export async function listImages(context: Context, options: ListOptions): Promise<Result> {
  const filters = Object.fromEntries(
    Object.entries(options).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const images: Image[] = [];
  for await (const image of (await context.service()).list(filters)) images.push(image);
  const rows = images.map((image) => [
    image.id,
    image.name,
    image.status,
    image.visibility,
    image.disk_format,
    image.size === null ? "" : bytesText(image.size),
  ]);
  return { json: images, text: table(["id", "name", "status", "visibility", "format", "size"], rows) };
}

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

/** `imagectl image delete ID|NAME…`: the first that cannot be deleted ends it. */
export async function deleteImages(context: Context, idsOrNames: readonly string[]): Promise<Result> {
  const images = await context.service();
  const deleted: string[] = [];
  for (const idOrName of idsOrNames) {
    const { id } = await images.find(idOrName);
    await images.delete(id);
    deleted.push(id);
  }
  return { json: { deleted }, text: deleted.map((id) => `image ${id} is deleted`).join("\n") };
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** `imagectl image restore ID` and `imagectl image recover ID`: a deleted image has no name to be found by. */
export const bringBackImage =
  (how: "restore" | "recover") =>
  async (context: Context, id: string): Promise<Result> => {
    if (!UUID.test(id)) throw new UsageError(`${id} is no id: a deleted image cannot be found by its name`);
    const images = await context.service();
    await images.bringBack(id, how);
    const image = await images.show(id);
    return { json: image, text: `image ${id} is ${image.status} again` };
  };
