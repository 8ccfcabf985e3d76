import type { Caller } from "../../../caller.ts";
import { Forbidden, NotFound } from "../../../errors.ts";
import { isContextAdmin } from "../../../policy/ask.ts";
import type { Image } from "../../domain/image.ts";
import type { Member } from "../../domain/member.ts";
import { enforceMember } from "../../policy/image-policy.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import { visibleImage } from "../visible-image.ts";

export type MemberPorts = Pick<ImageStore, "find"> & Pick<MemberStore, "findMember">;

class MembersNeedSharing extends Forbidden {
  constructor(id: string) {
    super(`Error fetching members of image ${id}: Only shared images have members.`);
  }
}

export class MemberNotFound extends NotFound {
  constructor(imageId: string, memberId: string) {
    super(`${memberId} not found in the member list of the image ${imageId}.`);
  }
}

/** An image that has members: only shared ones do (docs/reference/image-api.md, "Members"). */
export async function sharedImage(images: MemberPorts, caller: Caller, id: string): Promise<Image> {
  const image = await visibleImage(images, caller, id);
  if (image.visibility !== "shared") throw new MembersNeedSharing(id);
  return image;
}

/** A list of members is the owner's and admins'; a member finds nobody but itself in it. */
const seesAll = (caller: Caller, image: Image): boolean =>
  isContextAdmin(caller) || (image.owner !== null && image.owner === caller.projectId);

/** Whether there is such a member at all for this caller, before any rule. */
export const mayKnowOf = (caller: Caller, image: Image, memberId: string): boolean =>
  seesAll(caller, image) || memberId === caller.projectId;

/**
 * The member; hidden and absent look the same on purpose. Throws PolicyDenied to those who may see the image, but none
 * of its members.
 */
export async function visibleMember(
  images: MemberPorts,
  caller: Caller,
  image: Image,
  memberId: string,
): Promise<Member> {
  enforceMember("get_member", caller, image);
  const member = mayKnowOf(caller, image, memberId) ? await images.findMember(image.id, memberId) : undefined;
  if (!member) throw new MemberNotFound(image.id, memberId);
  return member;
}
