import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { BadRequest } from "../../../errors.ts";
import type { Image } from "../../domain/image.ts";
import { memberEvent } from "../../domain/image-events.ts";
import { type Member, memberStatuses } from "../../domain/member.ts";
import { enforceMember } from "../../policy/image-policy.ts";
import type { Change } from "../../ports/change.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { sharedImage, visibleMember } from "./shared-image.ts";

/** Lets a project say what it thinks of an image shared with it; not the image's owner. Throws 400, 403, 404. */
export const updateMember =
  ({ images, clock }: { images: ImageStore & MemberStore; clock: Clock }) =>
  async (caller: Caller, imageId: string, memberId: string, wanted: unknown): Promise<Member> => {
    const decide = ({ image, member }: { image: Image; member: Member }): Change => {
      enforceMember("modify_member", caller, image);
      const status = memberStatuses.find((word) => word === wanted);
      if (!status) throw new BadRequest(`Status must be one of ${memberStatuses.join(", ")}.`);
      const after: Member = { ...member, status, updated_at: clock().toISOString() };
      written = after;
      return {
        image: { before: image, after: image },
        writes: [{ kind: "member", before: member, after }],
        events: [memberEvent("image.member.update", after)],
      };
    };
    const read = async () => {
      const image = await sharedImage(images, caller, imageId);
      return { image, member: await visibleMember(images, caller, image, memberId) };
    };
    let written: Member | undefined;
    const { member } = await updateWithRetry(images, read, decide);
    return written ?? member;
  };
