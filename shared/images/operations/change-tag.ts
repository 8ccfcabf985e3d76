import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { BadRequest, NotFound } from "../../errors.ts";
import type { Settings } from "../../settings.ts";
import type { Image } from "../domain/image.ts";
import { imageEvent } from "../domain/image-events.ts";
import { checkMetadataSize } from "../domain/metadata-size.ts";
import { checkQuota } from "../domain/quota.ts";
import { enforce } from "../policy/image-policy.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { MemberStore } from "../ports/member-store.ts";
import { updateWithRetry } from "./update-with-retry.ts";
import { visibleImage } from "./visible-image.ts";

interface Ports {
  readonly images: ImageStore & MemberStore;
  readonly clock: Clock;
  readonly settings: Settings;
}

const MAX_LENGTH = 255;

/** Length in characters, as the image schema counts it. */
const lengthOf = (text: string): number => [...text].length;

/** Writes what `tagsOf` makes of the tags; nothing when it returns them as they are. */
async function changeTags(
  { images, clock }: Ports,
  caller: Caller,
  id: string,
  tagsOf: (image: Image) => readonly string[],
): Promise<void> {
  await updateWithRetry(
    images,
    async () => ({ image: await visibleImage(images, caller, id) }),
    ({ image }) => {
      enforce("modify_image", caller, image);
      const tags = tagsOf(image);
      if (tags === image.tags) return undefined;
      const after: Image = { ...image, tags, updated_at: clock().toISOString() };
      checkMetadataSize(image, after);
      return { image: { before: image, after }, events: [imageEvent("image.update", after)] };
    },
  );
}

/** Tags an image. Idempotent: a tag that is there already changes nothing, `updated_at` neither. */
export const addTag =
  (ports: Ports) =>
  (caller: Caller, id: string, tag: string): Promise<void> =>
    changeTags(ports, caller, id, ({ tags }) => {
      if (lengthOf(tag) > MAX_LENGTH) {
        throw new BadRequest(`Tag is longer than ${MAX_LENGTH} characters: shorten it.`);
      }
      if (tags.includes(tag)) return tags;
      checkQuota("tags", tags.length + 1, ports.settings.image_tag_quota);
      return [...tags, tag];
    });

/** Takes a tag away. Throws NotFound when the image does not have it. */
export const removeTag =
  (ports: Ports) =>
  (caller: Caller, id: string, tag: string): Promise<void> =>
    changeTags(ports, caller, id, ({ tags }) => {
      if (!tags.includes(tag)) throw new NotFound(`Image ${id} has no tag '${tag}'.`);
      return tags.filter((other) => other !== tag);
    });
