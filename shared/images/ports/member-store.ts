import type { Member } from "../domain/member.ts";

/** Members of images. They are written by changes of their image. Strongly consistent. */
export interface MemberStore {
  findMember(imageId: string, memberId: string): Promise<Member | undefined>;
  /** All members of an image, by their ids. Those of a deleted image are there until it is purged. */
  members(imageId: string): Promise<readonly Member[]>;
}
