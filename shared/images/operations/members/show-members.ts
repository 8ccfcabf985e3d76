import type { Caller } from "../../../caller.ts";
import { PolicyDenied } from "../../../policy/policy-denied.ts";
import type { Member } from "../../domain/member.ts";
import { enforceMember, isAllowed } from "../../policy/image-policy.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import { visibleImage } from "../visible-image.ts";
import { MemberNotFound, mayKnowOf, sharedImage, visibleMember } from "./shared-image.ts";

/** The members that the caller may know of: all of them for the owner and admins, itself for a member. */
export const listMembers =
  ({ images }: { images: ImageStore & MemberStore }) =>
  async (caller: Caller, imageId: string): Promise<readonly Member[]> => {
    const image = await sharedImage(images, caller, imageId);
    enforceMember("get_members", caller, image);
    if (!isAllowed("get_member", caller, image)) return [];
    return (await images.members(imageId)).filter(({ member_id }) => mayKnowOf(caller, image, member_id));
  };

/**
 * One member. What is forbidden is reported as not there, also where the image is not shared
 * (docs/reference/image-api.md, "Members").
 */
export const showMember =
  ({ images }: { images: ImageStore & MemberStore }) =>
  async (caller: Caller, imageId: string, memberId: string): Promise<Member> => {
    const image = await visibleImage(images, caller, imageId);
    if (image.visibility !== "shared") throw new MemberNotFound(imageId, memberId);
    return visibleMember(images, caller, image, memberId).catch((error: unknown) => {
      throw error instanceof PolicyDenied ? new MemberNotFound(imageId, memberId) : error;
    });
  };
