import {
  imageKey,
  MEMBER_PREFIX,
  memberEntries,
  memberKey,
} from "../../../../images/adapters/dynamodb/keys.ts";
import type { MemberStatus } from "../../../../images/domain/member.ts";
import { isSound } from "../record-snapshot.ts";
import { IMAGE_PREFIX } from "./image-kind.ts";
import { type FoundFault, insert, type JudgedKind, remove, subjectOf } from "./record-kind.ts";

/** An entry that has another status than its member. */
const correction = (
  TableName: string,
  wanted: ReturnType<typeof memberEntries>[number],
  status: MemberStatus,
) => ({
  Put: {
    TableName,
    Item: { ...wanted },
    ConditionExpression: "attribute_exists(pk) AND (attribute_not_exists(#status) OR #status <> :status)",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":status": status },
  },
});

export const memberKind: JudgedKind<"member"> = {
  prefix: IMAGE_PREFIX,
  isPartition: (pk) => pk.startsWith(IMAGE_PREFIX),
  refOf: ({ pk, sk }) =>
    sk.startsWith(MEMBER_PREFIX)
      ? {
          kind: "member",
          imageId: pk.slice(IMAGE_PREFIX.length),
          memberId: sk.slice(MEMBER_PREFIX.length),
        }
      : undefined,
  keyOf: ({ imageId, memberId }) => memberKey(imageId, memberId),
  guardOf: ({ imageId }) => imageKey(imageId),
  firstReads: ({ imageId, memberId }) => [imageKey(imageId), memberKey(imageId, memberId)],
  witnesses: ({ imageId, memberId }, seen) => {
    const image = seen.image(imageId);
    if (!image || !isSound(image, imageId)) return [];
    const entries = memberEntries({ member_id: memberId, status: "accepted" }, image);
    return entries.map(({ pk, sk }) => ({ pk, sk }));
  },
  isKnownBy: "first read",
  faults: (TableName, { imageId, memberId }, seen) => {
    const key = memberKey(imageId, memberId);
    const member = seen.item(key);
    const image = seen.image(imageId);
    if (!member) return [];
    if (!image) {
      return [
        {
          kind: "member-left-over",
          subject: subjectOf(key),
          evidence: { member: memberId, image: "none" },
          write: remove(TableName, key),
        },
      ];
    }
    if (!isSound(image, imageId)) return [];
    const status = member.status as MemberStatus;
    return memberEntries({ member_id: memberId, status }, image).flatMap((wanted): FoundFault[] => {
      const entry = seen.item(wanted);
      if (entry && entry.status === wanted.status) return [];
      const found = { subject: subjectOf(wanted), evidence: { member: memberId, status } };
      if (!entry)
        return [{ kind: "member-entry-missing", ...found, write: insert(TableName, { ...wanted }) }];
      return [
        {
          kind: "member-entry-wrong",
          ...found,
          evidence: { ...found.evidence, entry_status: String(entry.status ?? null) },
          write: correction(TableName, wanted, status),
        },
      ];
    });
  },
};
