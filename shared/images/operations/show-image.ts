import type { Caller } from "../../caller.ts";
import type { Image } from "../domain/image.ts";
import { enforce } from "../policy/image-policy.ts";
import { readableImage } from "../policy/property-access.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { MemberStore } from "../ports/member-store.ts";
import { visibleImage } from "./visible-image.ts";

/** The image as the caller may read it. */
export const showImage =
  ({ images }: { images: ImageStore & MemberStore }) =>
  async (caller: Caller, id: string): Promise<Image> => {
    const image = await visibleImage(images, caller, id);
    enforce("get_image", caller, image);
    return readableImage(caller, image);
  };
