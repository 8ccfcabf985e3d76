import {
  idOfSortKey,
  imageKey,
  memberEntries,
  memberKey,
} from "../../../../images/adapters/dynamodb/keys.ts";
import type { MemberStatus } from "../../../../images/domain/member.ts";
import { isSound, textOf } from "../record-snapshot.ts";
import { isId } from "./is-id.ts";
import { isList, LIST_PREFIX, memberOfList } from "./list-entry-kind.ts";
import { type JudgedKind, remove, subjectOf } from "./record-kind.ts";

export const memberEntryKind: JudgedKind<"member entry"> = {
  prefix: LIST_PREFIX,
  isPartition: isList,
  refOf: ({ pk, sk }) => {
    const [imageId, memberId] = [idOfSortKey(sk), memberOfList(pk)];
    if (!isId(imageId) || memberId === undefined) return undefined;
    return { kind: "member entry", memberId, imageId, list: pk, place: sk };
  },
  keyOf: ({ list, place }) => ({ pk: list, sk: place }),
  guardOf: ({ imageId }) => imageKey(imageId),
  firstReads: ({ imageId, memberId }) => [imageKey(imageId), memberKey(imageId, memberId)],
  witnesses: ({ imageId, memberId }) => [memberKey(imageId, memberId)],
  // Its key does not say its status.
  isKnownBy: "second read",
  faults: (TableName, { imageId, memberId, list, place }, seen) => {
    const key = { pk: list, sk: place };
    const image = seen.image(imageId);
    if (!seen.item(key) || (image && !isSound(image, imageId))) return [];
    const member = seen.item(memberKey(imageId, memberId));
    const wanted =
      image && member
        ? memberEntries({ member_id: memberId, status: member.status as MemberStatus }, image)
        : [];
    if (wanted.some((entry) => textOf(entry) === textOf(key))) return [];
    return [
      {
        kind: "member-entry-left-over",
        subject: subjectOf(key),
        evidence: { member: memberId, is_member: member !== undefined, status: image?.status ?? "none" },
        write: remove(TableName, key),
      },
    ];
  },
};
