import { randomUUID } from "node:crypto";
import { DataMismatch } from "../command-line/failures.ts";
import { awaitImport, ImportFailed } from "../imports/await-import.ts";
import { checksumText } from "../imports/checksum.ts";
import { asMismatch, assertComparable, CannotCompare, compareChecksum } from "../imports/compare-checksum.ts";
import { runningImport } from "../imports/running-import.ts";
import type { ImportRequest } from "../openstack/image-imports.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { givenUp } from "../upload/open-upload.ts";
import { hasData, isOwn } from "./own-image.ts";
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

/** Another run's image that is on its way, or has come: anything else is of no use to this one. */
const isUsable = (image: Image): boolean => hasData(image) || ["queued", "importing"].includes(image.status);

/** A new image without data, private until it has it; or the one that another run of the same mirror has made. */
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
  const { project, endpoint } = images.session;
  const isMirrors = (image: Image) => isOwn({ project, tag }, image) && isUsable(image);
  const id = idOf(wanted, project ?? endpoint, tag);
  try {
    const image = await images.create(id, attributes);
    if (isMirrors(image)) return image;
    if (wanted.id !== undefined)
      throw new Error(
        `the id ${id} is that of an image that is there and is not the mirror's: give another id in the file, or none`,
      );
  } catch (error) {
    // An id is used once: that of an image that somebody has deleted since is gone for good.
    if (wanted.id !== undefined || !isGone(error)) throw error;
  }
  const image = await images.create(randomUUID(), attributes);
  if (isMirrors(image)) return image;
  const error = new Error(
    "the login does not say for which project it is: log in with auth_url and a project",
  );
  throw await givenUp(error, images, image.id);
}

/** The task that has the image in hand: another run's, or one that is begun here; undefined: it has its data. */
async function taskFor({ images, stores }: Bringing, image: Image, wanted: Wanted) {
  const { url, checksum } = wanted;
  const request: ImportRequest = {
    method: { name: "web-download", uri: url, ...(checksum && { checksum: checksumText(checksum) }) },
    ...(stores && { stores }),
  };
  const known = await runningImport(images, image, request);
  if (known) return known;
  try {
    const task = await images.imports.begin(image.id, request);
    if (task) return task;
  } catch (error) {
    if (!(error instanceof ApiRefused && error.status === 409)) throw error;
    // Another run came first.
    const now = await images.show(image.id);
    if (now.status === "active") return undefined;
    const theirs = await runningImport(images, now, request);
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
 * have the publisher's checksum is deleted: nobody has used it, it was private. One that
 * another run has brought just now is returned as it is. The caller judges either. Throws DataMismatch, ImportFailed,
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
  if (hasData(image)) return image;
  const begin = async () => {
    if (checksum) await assertComparable(images, image.id, checksum);
    return await taskFor(bringing, image, wanted);
  };
  const task = await begin().catch(async (error: unknown) => {
    throw there === undefined && isRefused(error) ? await givenUp(error, images, image.id) : error;
  });
  if (task)
    await awaitImport(images, image.id, task.id, () => undefined, signal).catch((error: unknown) => {
      throw asMismatch(error, checksum);
    });
  const brought = await images.show(image.id);
  if (!checksum) return brought;
  try {
    compareChecksum(brought, checksum, "it is deleted");
  } catch (error) {
    await images.cleanUp(brought.id);
    throw new DataMismatch("what was fetched does not have the publisher's checksum", { cause: error });
  }
  return brought;
}
