import { isJsonObject } from "../../shared/json-object.ts";
import { type ApiCaller, misunderstood, objectOf } from "./api-caller.ts";

export type MemberStatus = "accepted" | "rejected" | "pending";

/** A project that an image is shared with. */
export interface Member {
  readonly image_id: string;
  /** The project's id. */
  readonly member_id: string;
  readonly status: MemberStatus;
  readonly [attribute: string]: unknown;
}

/** Sharing images with projects, all by id. Calls throw ApiRefused, ExchangeFailed. */
export interface ImageMembers {
  list(image: string): Promise<readonly Member[]>;
  add(image: string, project: string): Promise<Member>;
  remove(image: string, project: string): Promise<void>;
  /** The project's answer to the offer. */
  answer(image: string, project: string, status: MemberStatus): Promise<Member>;
}

function memberOf(value: unknown): Member {
  if (!isJsonObject(value) || typeof value.member_id !== "string") throw misunderstood();
  return value as unknown as Member;
}

export function imageMembers(call: ApiCaller): ImageMembers {
  const pathOf = (image: string, ...rest: string[]) =>
    ["/v2/images", image, "members", ...rest]
      .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
      .join("/");
  return {
    list: async (image) => {
      const { members } = objectOf(await call("GET", pathOf(image)));
      if (!Array.isArray(members)) throw misunderstood();
      return members.map(memberOf);
    },
    add: async (image, project) => memberOf(objectOf(await call("POST", pathOf(image), { member: project }))),
    remove: async (image, project) => {
      await call("DELETE", pathOf(image, project));
    },
    answer: async (image, project, status) =>
      memberOf(objectOf(await call("PUT", pathOf(image, project), { status }))),
  };
}
