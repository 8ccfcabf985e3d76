import type { Caller } from "../domain/caller.ts";
import type { Image } from "../domain/image.ts";
import { canSee, ImageNotFound } from "../policy/image-policy.ts";
import type { ImageStore } from "../ports/image-store.ts";

const isGone = (image: Image): boolean => image.status === "deleted" || image.status === "pending_delete";

/** The image, or ImageNotFound: hidden, deleted and absent look the same on purpose. */
export async function visibleImage(
  images: Pick<ImageStore, "find">,
  caller: Caller,
  id: string,
): Promise<Image> {
  const image = await images.find(id);
  if (!image || isGone(image) || !canSee(caller, image)) throw new ImageNotFound(id);
  return image;
}
