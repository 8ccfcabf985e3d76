import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { Conflict } from "../../../errors.ts";
import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";
import { memberEvent } from "../../domain/image-events.ts";
import type { Member } from "../../domain/member.ts";
import { checkQuota } from "../../domain/quota.ts";
import { enforceMember } from "../../policy/image-policy.ts";
import type { Change } from "../../ports/change.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { sharedImage } from "./shared-image.ts";

interface Ports {
  readonly images: ImageStore & MemberStore;
  readonly clock: Clock;
  readonly settings: Settings;
}

/**
 * Shares an image with a project, which is `pending` until it accepts. Exact in the quota, also of many at once.
 * The image's `updated_at` stays. Throws 403, 404, 409 for one that is a member already, 413.
 */
export const addMember =
  ({ images, clock, settings }: Ports) =>
  async (caller: Caller, imageId: string, memberId: string): Promise<Member> => {
    const now = clock().toISOString();
    const added: Member = {
      image_id: imageId,
      member_id: memberId,
      status: "pending",
      created_at: now,
      updated_at: now,
    };
    const decide = ({ image, present }: { image: Image; present: Member | undefined }): Change => {
      enforceMember("add_member", caller, image);
      const member_count = image.member_count + 1;
      checkQuota("members for this image", member_count, settings.image_member_quota);
      if (present) throw new Conflict(`Member ${memberId} is duplicated for image ${imageId}`);
      return {
        image: { before: image, after: { ...image, member_count } },
        writes: [{ kind: "member", before: undefined, after: added }],
        events: [memberEvent("image.member.create", added)],
      };
    };
    const read = async () => {
      const image = await sharedImage(images, caller, imageId);
      return { image, present: await images.findMember(imageId, memberId) };
    };
    await updateWithRetry(images, read, decide);
    return added;
  };
