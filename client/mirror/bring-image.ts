import { randomUUID } from "node:crypto";
import { DataMismatch } from "../command-line/failures.ts";
import { awaitImport, ImportFailed } from "../imports/await-import.ts";
import { checksumText } from "../imports/checksum.ts";
import { asMismatch, assertComparable, CannotCompare, compareChecksum } from "../imports/compare-checksum.ts";
import { isOver } from "../openstack/image-imports.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { givenUp } from "../upload/open-upload.ts";
import { idOf, type Wanted } from "./wanted.ts";

/** What brings images of a mirror. */
export interface Bringing {
  readonly images: ImageService;
  /** On every image of the mirror. */
  readonly tag: string;
  readonly stores: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

const isGone = (error: unknown): boolean => error instanceof ApiRefused && [404, 409].includes(error.status);

/** A new image without data, private until it has it. */
async function create({ images, tag }: Bringing, wanted: Wanted): Promise<Image> {
  const { definition, properties, tags, fullName } = wanted;
  const attributes = {
    ...properties,
    name: fullName,
    disk_format: definition.format,
    container_format: "bare",
    visibility: "private",
    min_disk: definition.minDisk,
    min_ram: definition.minRam,
    tags,
  };
  const id = idOf(wanted, images.session.project ?? images.session.endpoint, tag);
  try {
    return await images.create(id, attributes);
  } catch (error) {
    // An id is used once: that of an image that somebody has deleted since is gone for good.
    if (wanted.id !== undefined || !isGone(error)) throw error;
    return await images.create(randomUUID(), attributes);
  }
}

/** The task that has the image in hand: another run's, or one that is begun here; undefined: it has its data. */
async function taskFor({ images, stores }: Bringing, image: Image, wanted: Wanted) {
  const running = async ({ id, os_glance_import_task: lock }: Image) =>
    (await images.imports.ofImage(id)).find((task) => task.id === lock && !isOver(task));
  const { url, checksum } = wanted;
  const known = await running(image);
  if (known) return known;
  const request = {
    method: { name: "web-download", uri: url, ...(checksum && { checksum: checksumText(checksum) }) },
    ...(stores && { stores }),
  };
  try {
    const task = await images.imports.begin(image.id, request);
    if (task) return task;
  } catch (error) {
    if (!(error instanceof ApiRefused && error.status === 409)) throw error;
    // Another run came first.
    const now = await images.show(image.id);
    if (now.status === "active") return undefined;
    const theirs = await running(now);
    if (theirs) return theirs;
    throw error;
  }
  throw new ImportFailed("the service began no import");
}

/** Whether the service would refuse the same to every run. */
const isRefused = (error: unknown): boolean =>
  error instanceof CannotCompare || (error instanceof ApiRefused && [400, 403, 413].includes(error.status));

/**
 * Has the service fetch a version, into the image of it that is there without data, or into a new one. What does not
 * have the publisher's checksum is deleted: nobody has used it, it was private. Throws DataMismatch, ImportFailed,
 * CannotCompare, ApiRefused, ExchangeFailed or the signal's reason; then the same call goes on another time.
 */
export async function bringImage(
  bringing: Bringing,
  wanted: Wanted,
  there: Image | undefined,
): Promise<Image> {
  const { images, signal } = bringing;
  const { checksum } = wanted;
  const image = there ?? (await create(bringing, wanted));
  const begin = async () => {
    if (checksum) await assertComparable(images, image.id, checksum);
    return image.status === "active" ? undefined : await taskFor(bringing, image, wanted);
  };
  const task = await begin().catch(async (error: unknown) => {
    throw there === undefined && isRefused(error) ? await givenUp(error, images, image.id) : error;
  });
  if (task)
    await awaitImport(images, image.id, task.id, () => undefined, signal).catch((error: unknown) => {
      throw asMismatch(error, checksum);
    });
  const brought = await images.show(image.id);
  try {
    if (checksum) compareChecksum(brought, checksum, "it is deleted");
  } catch (error) {
    await images.cleanUp(brought.id);
    throw new DataMismatch("what was fetched does not have the publisher's checksum", { cause: error });
  }
  return brought;
}
