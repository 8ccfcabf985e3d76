import { randomUUID } from "node:crypto";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";
import { imageEvent } from "../../../shared/images/domain/image-events.ts";
import type { ImageListing, ImageLists, ImageStore } from "../../../shared/images/ports/image-store.ts";

let second = 0;

export const anImage = (attributes: Partial<Image> = {}): Image => {
  const at = new Date(Date.UTC(2026, 0, 1) + second++ * 1000).toISOString();
  return { ...emptyImage, id: randomUUID(), owner: "demo", created_at: at, updated_at: at, ...attributes };
};

/** An image that is in the store. */
export const created = async (store: ImageStore, attributes: Partial<Image> = {}): Promise<Image> => {
  const image = anImage(attributes);
  const written = await store.commit({
    image: { before: undefined, after: image },
    events: [imageEvent("image.create", image)],
  });
  return written.image;
};

/** The ids of a listing, in its order. */
export async function listed(store: ImageLists, listing: Partial<ImageListing> = {}): Promise<string[]> {
  const ids: string[] = [];
  const whole: ImageListing = {
    scopes: [{ kind: "owner", project: "demo" }],
    sortKey: "created_at",
    direction: "desc",
    expected: 3,
    ...listing,
  };
  for await (const { id } of store.list(whole)) ids.push(id);
  return ids;
}
