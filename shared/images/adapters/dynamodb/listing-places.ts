import { compareText } from "../../../text/text-order.ts";
import type { Image } from "../../domain/image.ts";
import { isDeleted } from "../../domain/status.ts";
import type { ImageListing, ListScope } from "../../ports/image-store.ts";
import { createdSortKey, nameSortKey } from "./keys.ts";

/** What of an image says where it stands in a listing. */
export type Placed = Pick<Image, "id" | "name" | "created_at">;

/**
 * Whether an entry of the scope is true of the image that was read after it. Of members it is the entry that says
 * so, as long as the image is shared: entries outlive the sharing.
 */
export function isIn(scope: ListScope, image: Image): boolean {
  if (isDeleted(image.status)) return false;
  if (scope.kind === "everything") return true;
  if (scope.kind === "owner") return image.owner === scope.project;
  return image.visibility === (scope.kind === "member" ? "shared" : scope.kind);
}

/** Images of the listing have such places: in order, and no two the same. */
export const placeOf = (image: Placed, { sortKey }: Pick<ImageListing, "sortKey">): string =>
  sortKey === "name" ? nameSortKey(image) : createdSortKey(image);

/** Those that come after the marker, or from its ties on, in order. */
export function placedBehind<Kind extends Placed>(images: readonly Kind[], listing: ImageListing): Kind[] {
  const { after, withTies, sortKey, direction } = listing;
  const sign = direction === "asc" ? 1 : -1;
  const compare = (one: Placed, other: Placed) =>
    sign * compareText(placeOf(one, listing), placeOf(other, listing));
  const isTie = (image: Placed) => withTies === true && image[sortKey] === after?.[sortKey];
  return images
    .filter((image) => after === undefined || isTie(image) || compare(image, after) > 0)
    .sort(compare);
}
