import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { fillPage, type Page, searchBudget } from "../../paging/fill-page.ts";
import type { Image } from "../domain/image.ts";
import { isImpossible, meets, namedValues } from "../domain/image-filter.ts";
import type { ImageOrder } from "../domain/image-order.ts";
import { enforceOn, isAllowed } from "../policy/image-policy.ts";
import { readableImage } from "../policy/property-access.ts";
import type { ImageListing, ImageLists, ImageStore } from "../ports/image-store.ts";
import type { MemberStore } from "../ports/member-store.ts";
import type { ImageQuery } from "./lists/image-query.ts";
import { inOrder, listPlan } from "./lists/list-plan.ts";
import { isListed, scopesOf } from "./lists/list-scopes.ts";
import { startAfter } from "./lists/start-after.ts";

/** One more tells that there is a next page, and another one that a group of ties is over. */
const neededBehind = { index: 1, ties: 2, all: Number.POSITIVE_INFINITY } as const;

const tooSlowBy = (order: ImageOrder): string =>
  listPlan(order).sorts === "all"
    ? `There are too many images to sort by ${order[0]?.key} in the time a request has: sort by created_at or name, or add a filter by name or id.`
    : "No image was found in the time a request has: add a filter by name or id, or narrow the others.";

/**
 * One page, never an empty one that claims more: clients stop there. Orders by created_at and name are read from
 * the index, look-ups by id and name directly; other orders read all that the caller sees. A search that finds
 * nothing within the time a request has is refused with a hint; one that found something ends its page early.
 * Throws BadRequest, Forbidden.
 */
export const listImages =
  ({ images, lists, clock }: { images: ImageStore & MemberStore; lists: ImageLists; clock: Clock }) =>
  async (caller: Caller, query: ImageQuery): Promise<Page<Image>> => {
    enforceOn("get_images", caller, { owner: caller.projectId, visibility: "private" });
    const { limit, marker, order, visibility, conditions } = query;
    const after = marker === undefined ? undefined : await startAfter(images, caller, marker, order);
    if (limit === 0 || conditions.some(isImpossible)) return { entries: [], more: false };

    const checkTime = searchBudget(clock);
    const scopes = scopesOf(caller, query);
    async function* wanted(listing: ImageListing): AsyncGenerator<Image> {
      for await (const stored of lists.list(listing)) {
        checkTime();
        if (!isListed(caller, stored, scopes, visibility) || !isAllowed("get_image", caller, stored))
          continue;
        // Before the filters: else they would tell what is in a property that the caller may not read.
        const image = readableImage(caller, stored);
        if (conditions.every((condition) => meets(image, condition))) yield image;
      }
    }

    const { sortKey, direction, sorts } = listPlan(order);
    const ids = namedValues(conditions, "id");
    const names = namedValues(conditions, "name");
    const listing: ImageListing = {
      scopes,
      sortKey,
      direction,
      expected: limit + neededBehind[sorts],
      ...(ids && { ids }),
      ...(names && { names }),
      ...(after && sorts !== "all" && { after, withTies: sorts === "ties" }),
    };
    return fillPage(inOrder(wanted(listing), { order, after, limit }), { limit, tooSlow: tooSlowBy(order) });
  };
