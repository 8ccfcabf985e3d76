import type { Caller } from "../../../caller.ts";
import type { Location } from "../../domain/location.ts";
import { inReadOrder } from "../../domain/read-order.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import { visibleImage } from "../visible-image.ts";

/** Where an image's data is, the place first that serves it; for services and admins, whatever else is shown. */
export const showLocations =
  ({
    images,
    configured,
  }: {
    readonly images: ImageStore & MemberStore;
    readonly configured: ConfiguredStores;
  }) =>
  async (caller: Caller, id: string): Promise<readonly Location[]> => {
    const image = await visibleImage(images, caller, id);
    enforce("fetch_image_location", caller, image);
    return inReadOrder(image.locations, configured);
  };
