import type { Caller } from "../domain/caller.ts";
import type { Image } from "../domain/image.ts";
import type { Visibility } from "../domain/visibility.ts";
import { BadRequest, Forbidden } from "../errors.ts";
import { isAdmin } from "../policy/ask.ts";
import { canSee, enforceOn } from "../policy/image-policy.ts";
import { readableImage } from "../policy/property-protections/property-access.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageListing, ImageLists, ImageStore, ListScope } from "../ports/image-store.ts";

export interface ImageQuery {
  readonly limit: number;
  /** Id of the image to start behind. */
  readonly marker?: string;
  readonly sortKey: "created_at" | "name";
  readonly direction: "asc" | "desc";
  readonly name?: string;
  readonly visibility?: Visibility | "all";
  readonly hidden: boolean;
  /** Whether an image that the caller sees is wanted. */
  readonly matches: (image: Image) => boolean;
}

export interface ImagePage {
  readonly images: readonly Image[];
  /** There is at least one more. */
  readonly more: boolean;
}

// Lambda answers at most 6 MB: a page stops before it, with `next`.
const PAGE_BYTES = 5_000_000;
// A handler must answer within the gateway's 29 s.
const SCAN_BUDGET_MS = 20_000;

function scopesOf(caller: Caller, visibility: ImageQuery["visibility"]): ListScope[] {
  if (visibility === "public" || visibility === "community") return [{ kind: visibility }];
  if (isAdmin(caller)) return [{ kind: "everything" }];
  const own: ListScope = { kind: "owner", project: caller.projectId };
  if (visibility === "private" || visibility === "shared") return [own];
  return [own, { kind: "public" }, ...(visibility === "all" ? [{ kind: "community" } as const] : [])];
}

/** Community images of others are listed only to those who ask for them. */
const isListed = (caller: Caller, image: Image, visibility: ImageQuery["visibility"]): boolean =>
  visibility === undefined
    ? image.visibility !== "community" || image.owner === caller.projectId
    : visibility === "all" || image.visibility === visibility;

async function startBehind(images: ImageStore, caller: Caller, marker: string): Promise<Image> {
  const image = await images.find(marker);
  if (!image || image.status === "deleted") throw new BadRequest(`Marker image ${marker} is not found.`);
  if (!canSee(caller, image)) throw new Forbidden("You are not authorized to use this marker.");
  return image;
}

/**
 * One page, never an empty one that claims more: clients stop there. A search that finds nothing within the
 * time a request has is refused with a hint; one that found something ends its page early.
 */
export const listImages =
  ({ images, lists, clock }: { images: ImageStore; lists: ImageLists; clock: Clock }) =>
  async (caller: Caller, query: ImageQuery): Promise<ImagePage> => {
    enforceOn("get_images", caller, { owner: caller.projectId, visibility: "private" });
    const after = query.marker === undefined ? undefined : await startBehind(images, caller, query.marker);
    if (query.limit === 0) return { images: [], more: false };
    const { sortKey, direction, name } = query;
    const listing: ImageListing = {
      scopes: scopesOf(caller, query.visibility),
      sortKey,
      direction,
      expected: query.limit + 1,
      ...(name === undefined ? {} : { name }),
      ...(after === undefined ? {} : { after }),
    };

    const deadline = clock().getTime() + SCAN_BUDGET_MS;
    const found: Image[] = [];
    let bytes = 0;
    for await (const stored of lists.list(listing)) {
      if (clock().getTime() > deadline) {
        if (found.length > 0) return { images: found, more: true };
        throw new BadRequest(
          "No image was found in the time a request has: add a filter by name, or narrow the others.",
        );
      }
      if (!canSee(caller, stored)) continue;
      // Before the filters: else they would tell what is in a property that the caller may not read.
      const image = readableImage(caller, stored);
      const isWanted =
        image.status !== "deleted" &&
        image.status !== "pending_delete" &&
        image.status !== "killed" &&
        image.os_hidden === query.hidden &&
        (name === undefined || image.name === name) &&
        isListed(caller, image, query.visibility) &&
        query.matches(image);
      if (!isWanted) continue;
      bytes += JSON.stringify(image).length;
      if (found.length === query.limit || (found.length > 0 && bytes > PAGE_BYTES))
        return { images: found, more: true };
      found.push(image);
    }
    return { images: found, more: false };
  };
