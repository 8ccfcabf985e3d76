import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { Conflict, Forbidden, NotFound } from "../../../errors.ts";
import { bytesToDelete, deletionOf } from "../../domain/deletion.ts";
import type { Image } from "../../domain/image.ts";
import { imageEvent } from "../../domain/image-events.ts";
import { isOwn } from "../../domain/location.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import { enforce } from "../../policy/image-policy.ts";
import { type Change, deletionWrite } from "../../ports/change.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { visibleImage } from "../visible-image.ts";
import { requireGoodCopyLeft } from "./keep-good-copy.ts";
import { requireNamedStores } from "./show-stores.ts";

interface Ports {
  readonly images: ImageStore & MemberStore;
  readonly configured: ConfiguredStores;
  readonly clock: Clock;
}

/** The change that takes one place away from an image; its bytes are cut loose in the same write, if they are ours. */
export function withoutPlace(image: Image, at: number, now: Date): Change {
  const removed = image.locations[at];
  const after: Image = {
    ...image,
    locations: image.locations.toSpliced(at, 1),
    updated_at: now.toISOString(),
  };
  const { id: image_id } = image;
  return {
    image: { before: image, after },
    writes:
      removed && isOwn(removed)
        ? [deletionWrite(deletionOf({ image_id, ...bytesToDelete(removed) }, now))]
        : [],
    events: [imageEvent("image.update", after)],
  };
}

/**
 * Takes an active image out of one of its stores; the last place is never taken, also by two callers at the same time:
 * the image's revision lets one of them through, and the other decides again. The bytes are gone from there soon after.
 * Refusals in Glance's order (docs/reference/image-api.md, "Stores"): NotFound without named stores, Conflict for an
 * unknown store, ImageNotFound, the policies, Conflict for an image that is not active, Forbidden for its only place,
 * NotFound where it is not in that store; then, of ours, Forbidden for the last good one.
 */
export const deleteFromStore =
  ({ images, configured, clock }: Ports) =>
  async (caller: Caller, storeId: string, imageId: string): Promise<void> => {
    if (!requireNamedStores(configured).all.some(({ id }) => id === storeId)) {
      const known = configured.all.map(({ id }) => id).join(", ");
      throw new Conflict(`The store '${storeId}' is not configured: the stores are ${known}.`);
    }
    await updateWithRetry(
      images,
      async () => ({ image: await visibleImage(images, caller, imageId) }),
      ({ image }) => {
        enforce("get_image_location", caller, image);
        enforce("delete_image_location", caller, image);
        if (image.status !== "active")
          throw new Conflict(
            `It's not allowed to remove image data from store if image status is not 'active'`,
          );
        if (image.locations.length === 1)
          throw new Forbidden(
            `Cannot delete image data from the only store containing it. Consider deleting the image instead.`,
          );
        const at = image.locations.findIndex(({ store }) => store === storeId);
        const place = image.locations[at];
        if (!place) throw new NotFound(`Image ${imageId} is not stored on store ${storeId}.`);
        requireGoodCopyLeft(place, image.locations.toSpliced(at, 1));
        return withoutPlace(image, at, clock());
      },
    );
  };
