import type { Image } from "../../../shared/images/domain/image.ts";
import { isOwn } from "../../../shared/images/domain/location.ts";
import { isOver } from "../../../shared/images/domain/task.ts";
import { bytesOfTransfer, hasEnded } from "../../../shared/images/domain/transfer.ts";
import type { World } from "../world/world.ts";

/** One live upload an image, which is the one that the image names; one copy under way for a store. */
export function transfersInOrder({ metadata }: World, images: readonly Image[]): string | undefined {
  const uploads = new Map<string, string>();
  const copies = new Set<string>();
  for (const transfer of metadata.transfers.values()) {
    if (hasEnded(transfer)) continue;
    const { id, image_id, copy } = transfer;
    if (copy) {
      const place = `${image_id} ${bytesOfTransfer(transfer).store} ${copy.replaces?.key}`;
      if (copies.has(place)) return `two copies are under way of ${place}`;
      copies.add(place);
      continue;
    }
    const other = uploads.get(image_id);
    if (other !== undefined) return `${image_id} has two live uploads, ${other} and ${id}`;
    uploads.set(image_id, id);
    const image = metadata.images.get(image_id);
    if (image?.transfer_id !== id)
      return `${id} of ${image_id} is ${transfer.state}, and the image (${image?.status}) names ${image?.transfer_id}`;
  }
  for (const { id, status, transfer_id, staged } of images) {
    const isImported = [...metadata.tasks.values()].some((task) => task.image_id === id && !isOver(task));
    if (status === "importing" && isImported) continue;
    const isWaiting = status === "saving" || status === "importing" || (status === "uploading" && !staged);
    if (isWaiting && uploads.get(id) === undefined) return `${id} is ${status}, and nothing brings its data`;
    if (!isWaiting && transfer_id !== null) return `${id} is ${status} and names the upload ${transfer_id}`;
  }
  return undefined;
}

const gone = new Set(["deleted", "pending_delete", "killed"]);

/** The counters are what the images come to, added up here by Glance's rules. */
export function usageCounted({ metadata }: World, images: readonly Image[]): string | undefined {
  for (const [project, counted] of metadata.counters) {
    const own = images.filter(({ owner, status }) => owner === project && !gone.has(status));
    const sum = (figure: (image: Image) => number) => own.reduce((total, image) => total + figure(image), 0);
    const isStaging = ({ status }: Image) => status === "uploading" || status === "importing";
    const should = {
      image_count_total: own.length,
      image_count_uploading: sum((image) => Number(isStaging(image) || image.status === "saving")),
      image_size_total: sum(({ size, locations }) => (size ?? 0) * locations.length),
      image_stage_total: sum((image) => (isStaging(image) ? (image.staged?.size ?? 0) : 0)),
    };
    if (JSON.stringify(counted) !== JSON.stringify(should))
      return `${project} counts ${JSON.stringify(counted)}, its images come to ${JSON.stringify(should)}`;
  }
  return undefined;
}

/** An image that a reader may use says what its data is. */
export function describesItself(_world: World, images: readonly Image[]): string | undefined {
  for (const { id, status, size, os_hash_value, locations, deleted_at } of images) {
    if (status === "active" && size === null) return `${id} is active and has no size`;
    if (status === "active" && os_hash_value === null && locations.some(isOwn))
      return `${id} is active and has no hash`;
    if (status === "queued" && locations.length > 0) return `${id} is queued and has data`;
    if (gone.has(status) !== (deleted_at !== null)) return `${id} is ${status}, deleted at ${deleted_at}`;
  }
  return undefined;
}
