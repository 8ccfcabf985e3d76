import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import type { Image } from "../../domain/image.ts";
import { memberEvent } from "../../domain/image-events.ts";
import type { Member } from "../../domain/member.ts";
import { enforceMember } from "../../policy/image-policy.ts";
import type { Change } from "../../ports/change.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { sharedImage, visibleMember } from "./shared-image.ts";

/** Stops sharing an image with a project: it sees nothing of it any more when this returns. Throws 403, 404. */
export const removeMember =
  ({ images, clock }: { images: ImageStore & MemberStore; clock: Clock }) =>
  async (caller: Caller, imageId: string, memberId: string): Promise<void> => {
    const decide = ({ image, member }: { image: Image; member: Member }): Change => {
      enforceMember("delete_member", caller, image);
      return {
        image: { before: image, after: { ...image, member_count: Math.max(0, image.member_count - 1) } },
        writes: [{ kind: "member", before: member, after: undefined }],
        events: [memberEvent("image.member.delete", member, clock().toISOString())],
      };
    };
    const read = async () => {
      const image = await sharedImage(images, caller, imageId);
      return { image, member: await visibleMember(images, caller, image, memberId) };
    };
    await updateWithRetry(images, read, decide);
  };
