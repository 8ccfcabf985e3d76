import type { Caller } from "../../../caller.ts";
import { BadRequest, Forbidden } from "../../../errors.ts";
import type { Image } from "../../domain/image.ts";
import type { ImageOrder } from "../../domain/image-order.ts";
import { isDeleted } from "../../domain/status.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import { isVisible } from "../visible-image.ts";

const ID_LENGTH = 36;

/** A deletion changes these: the place that a deleted image had by them is not known any more. */
const changedByDeletion: ReadonlySet<string> = new Set(["status", "updated_at"]);

/** Terms after `id` never decide. */
const keepsItsPlace = (order: ImageOrder): boolean =>
  order
    .slice(
      0,
      order.findIndex(({ key }) => key === "id"),
    )
    .every(({ key }) => !changedByDeletion.has(key));

/**
 * The image after which a page starts. A deleted one still marks its place for those who could see it, until it
 * is purged: else nobody could page through a list while others delete. Throws BadRequest for an unknown marker,
 * Forbidden for one that the caller does not see (docs/reference/image-api.md, "Lists").
 */
export async function startAfter(
  images: Pick<ImageStore, "find"> & Pick<MemberStore, "findMember">,
  caller: Caller,
  marker: string,
  order: ImageOrder,
): Promise<Image> {
  const image = marker.length === ID_LENGTH ? await images.find(marker) : undefined;
  const wasDeleted = image !== undefined && isDeleted(image.status);
  const isSeen = image !== undefined && (await isVisible(images, caller, image));
  if (!image || (wasDeleted && !isSeen)) throw new BadRequest(`Marker image ${marker} is not found.`);
  if (!isSeen) throw new Forbidden("You are not authorized to use this marker.");
  if (wasDeleted && !keepsItsPlace(order)) {
    throw new BadRequest(
      `Marker image ${marker} was deleted, and its place by status or updated_at is lost: start from the first page.`,
    );
  }
  return image;
}
