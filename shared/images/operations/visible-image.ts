import type { Caller } from "../../caller.ts";
import type { Image } from "../domain/image.ts";
import { isDeleted } from "../domain/status.ts";
import { canSee, ImageNotFound } from "../policy/image-policy.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { MemberStore } from "../ports/member-store.ts";

/** `canSee` with the caller's membership, which is read only where it decides. */
export const isVisible = async (
  images: Pick<MemberStore, "findMember">,
  caller: Caller,
  image: Image,
): Promise<boolean> =>
  canSee(caller, image) ||
  (image.member_count > 0 &&
    caller.projectId !== "" &&
    canSee(caller, image, true) &&
    (await images.findMember(image.id, caller.projectId)) !== undefined);

/** The image, or ImageNotFound: hidden, deleted and absent look the same on purpose. */
export async function visibleImage(
  images: Pick<ImageStore, "find"> & Pick<MemberStore, "findMember">,
  caller: Caller,
  id: string,
): Promise<Image> {
  const image = await images.find(id);
  if (!image || isDeleted(image.status) || !(await isVisible(images, caller, image)))
    throw new ImageNotFound(id);
  return image;
}
