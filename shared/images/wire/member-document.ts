import { BadRequest } from "../../errors.ts";
import type { Member } from "../domain/member.ts";

const seconds = (iso: string): string => `${iso.slice(0, 19)}Z`;

/** A member as the API shows it (docs/reference/image-api.md, "Members"). */
export const memberDocument = (member: Member) => ({
  member_id: member.member_id,
  image_id: member.image_id,
  status: member.status,
  created_at: seconds(member.created_at),
  updated_at: seconds(member.updated_at),
  schema: "/v2/schemas/member",
});

export const membersDocument = (members: readonly Member[]) => ({
  members: members.map(memberDocument),
  schema: "/v2/schemas/members",
});

// Glance's column; as a part of a key it must also stay below DynamoDB's 1,024 bytes.
const MAX_ID_BYTES = 255;

/** The project named by `{"member": id}`; ids are not looked up anywhere. A number is taken as its text. */
export function newMemberId(body: Readonly<Record<string, unknown>>): string {
  const { member } = body;
  if (member === undefined) throw new BadRequest("Member to be added not specified");
  if (member === null || member === "") throw new BadRequest("Member can't be empty");
  const id = typeof member === "number" ? String(member) : member;
  if (typeof id !== "string") throw new BadRequest('Expected a member in the form: {"member": "project_id"}');
  if (Buffer.byteLength(id) > MAX_ID_BYTES)
    throw new BadRequest(`The id of a member is longer than ${MAX_ID_BYTES} bytes.`);
  return id;
}

/** What `{"status": …}` asks for; whether it is a status is judged when it is known that the member may say it. */
export function wantedStatus(body: Readonly<Record<string, unknown>>): unknown {
  if (!Object.hasOwn(body, "status")) throw new BadRequest("Status not specified");
  return body.status;
}
