import { BestFirst } from "../../../paging/best-first.ts";
import type { Image } from "../../domain/image.ts";
import { compareImages, type Direction, type ImageOrder } from "../../domain/image-order.ts";

/** How an order is served by the two that the index has. */
export interface ListPlan {
  readonly sortKey: "created_at" | "name";
  readonly direction: Direction;
  /** `index`: as it comes. `ties`: images of one value are sorted again. `all`: all images are. */
  readonly sorts: "index" | "ties" | "all";
}

/** The index breaks ties by these, in the one direction that it is read. */
const indexTerms = { created_at: ["id"], name: ["created_at", "id"] } as const;

export function listPlan(order: ImageOrder): ListPlan {
  const [first, ...rest] = order;
  if (first?.key !== "created_at" && first?.key !== "name")
    return { sortKey: "created_at", direction: "desc", sorts: "all" };
  const { key, direction } = first;
  const isIndex = indexTerms[key].every(
    (term, at) => rest[at]?.key === term && rest[at]?.direction === direction,
  );
  return { sortKey: key, direction, sorts: isIndex ? "index" : "ties" };
}

/**
 * The images in `order`, after `after`, as far as a page of `limit` needs them, from a walk of the index that the
 * plan chose. What must be sorted is bounded: more of a group than a page and one image is never kept.
 */
export async function* inOrder(
  images: AsyncIterable<Image>,
  { order, after, limit }: { order: ImageOrder; after: Image | undefined; limit: number },
): AsyncGenerator<Image> {
  const { sortKey, sorts } = listPlan(order);
  if (sorts === "index") {
    yield* images;
    return;
  }
  const compare = (one: Image, other: Image) => compareImages(order, one, other);
  const best = new BestFirst<Image>({ compare, count: limit + 1 });
  let group: Image | undefined;
  for await (const image of images) {
    if (sorts === "ties" && group && group[sortKey] !== image[sortKey]) yield* best.take();
    group = image;
    if (after === undefined || compare(image, after) > 0) best.add(image);
  }
  yield* best.take();
}
