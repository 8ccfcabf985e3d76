import { signatureDigest } from "../../../signatures/image-signature.ts";
import type { Image } from "../../domain/image.ts";
import { imageEvent, storeEvent } from "../../domain/image-events.ts";
import { leftWith, withStoreLists } from "../../domain/import-lock.ts";
import type { ImportWork } from "../../domain/import-work.ts";
import { type ProjectLimits, withLimits } from "../../domain/limits.ts";
import type { Location } from "../../domain/location.ts";
import { transition } from "../../domain/status.ts";
import { imageSignature } from "../signatures/signer-of.ts";
import type { ImportChange, ImportState } from "./change-import.ts";
import { ImportFailed, SignatureChanged } from "./import-errors.ts";

/** Stores that the import has yet to reach. */
export const storesLeft = ({ stores, placed, failed }: ImportWork): string[] =>
  stores.filter((id) => !failed.includes(id) && !placed.some(({ store }) => store === id));

/** Whether the image is in use with this place: with the first good one, or where all must succeed with the last. */
const isInUseWith = (work: ImportWork): boolean =>
  !work.all_stores_must_succeed || storesLeft(work).length === 0;

/** Whether a store has the image, by whoever has brought it there: the worker that makes copies, or an admin. */
export const isPresent = ({ locations }: Image, id: string): boolean =>
  locations.some(({ store }) => store === id);

/** The change by which an import is not about a store any more. */
export function leavingStore({ image, task }: ImportState, id: string): ImportChange {
  const properties = withStoreLists(image, leftWith(image, [id], false));
  return {
    image: { ...image, properties },
    work: { stores: task.import.stores.filter((store) => store !== id) },
  };
}

/** What the bytes have shown, in the image: only for what they were judged as. */
function withBytes(image: Image, { read }: ImportWork): Image {
  if (!read) throw new Error(`the bytes of image ${image.id} were not read before they are placed`);
  if (image.disk_format !== read.disk_format || image.container_format !== read.container_format)
    throw new ImportFailed("The image's formats were changed during its import: import it again.");
  const signature = imageSignature(image);
  const verified = read.signature;
  const isVerified =
    signature &&
    verified?.signature_sha256 === signatureDigest(signature) &&
    verified.certificate_uuid === signature.certificate_uuid;
  if (signature ? !isVerified : verified) throw new SignatureChanged();
  const { size, checksum, os_hash_value, virtual_size, verified_at } = read;
  return {
    ...image,
    ...{ size, checksum, os_hash_algo: "sha512", os_hash_value, virtual_size },
    integrity: { verified_at, ...(verified && { signature: verified }) },
  };
}

/**
 * The change by which a place is one of the image's. It makes the image active where the rules of the import say so. The
 * bytes must be the ones that were read, or equal to them.
 */
export function takingPlace(
  { image, task }: ImportState,
  place: Location,
  projectLimits: ProjectLimits,
): ImportChange {
  const { import: before } = task;
  const { store, key } = place;
  const work: ImportWork = { ...before, placed: [...before.placed, { store, key }] };
  const isNew = image.status === "importing";
  const becomesActive = isNew && isInUseWith(work);
  const filled = isNew ? withBytes(image, work) : image;
  const isStaged = image.staged?.store === store && image.staged.key === key;
  const after: Image = {
    ...filled,
    status: becomesActive ? transition(image.status, "active") : image.status,
    locations: [...image.locations, place],
    ...(isStaged && { staged: null }),
    properties: withStoreLists(image, leftWith(image, [store], false)),
    ...(becomesActive && { broken_upload: null }),
  };
  return {
    image: after,
    work: { placed: work.placed },
    events: [
      storeEvent("image.upload", after, store),
      ...(becomesActive ? [imageEvent("image.activate", after)] : []),
      imageEvent("image.update", after),
    ],
    ...withLimits(image.owner, projectLimits, { image_size_total: 0, user_storage_quota: 0 }),
  };
}
