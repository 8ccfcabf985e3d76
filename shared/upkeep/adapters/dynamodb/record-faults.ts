import type { Key } from "../../../aws/table-key.ts";
import type { WriteItem } from "../../../aws/transaction.ts";
import {
  indexEntries,
  memberEntries,
  memberKey,
  openTransferKey,
} from "../../../images/adapters/dynamodb/keys.ts";
import type { FindingEvidence } from "../../../images/domain/finding.ts";
import type { MemberStatus } from "../../../images/domain/member.ts";
import { isOver } from "../../../images/domain/transfer.ts";
import { isSound, type Judged, keyOf, type Snapshot, textOf } from "./record-snapshot.ts";

/** A fault with the write that puts it right, which fails when the fault is not there any more. */
export interface FoundFault {
  readonly kind: string;
  readonly subject: string;
  readonly evidence: FindingEvidence;
  readonly write?: WriteItem;
}

type Judge<Kind extends Judged["kind"]> = (
  TableName: string,
  ref: Extract<Judged, { readonly kind: Kind }>,
  seen: Snapshot,
) => FoundFault[];

const subjectOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;

const insert = (TableName: string, Item: Key & Record<string, unknown>): WriteItem => ({
  Put: { TableName, Item, ConditionExpression: "attribute_not_exists(pk)" },
});
const remove = (TableName: string, Key: Key): WriteItem => ({
  Delete: { TableName, Key, ConditionExpression: "attribute_exists(pk)" },
});

const judgeImage: Judge<"image"> = (TableName, { imageId }, seen) => {
  const image = seen.image(imageId);
  if (!image) return [];
  if (!isSound(image, imageId)) {
    const { id, created_at, status, revision } = image;
    return [
      {
        kind: "record-unreadable",
        subject: imageId,
        evidence: { seen: JSON.stringify({ id, created_at, status, revision }) },
      },
    ];
  }
  return indexEntries(image)
    .filter((key) => !seen.item(key))
    .map((key) => ({
      kind: "list-entry-missing",
      subject: subjectOf(key),
      evidence: { list: key.pk, status: image.status, revision: image.revision },
      write: insert(TableName, { ...key }),
    }));
};

const judgeListEntry: Judge<"list entry"> = (TableName, ref, seen) => {
  const key = keyOf(ref);
  const image = seen.image(ref.imageId);
  if (!seen.item(key) || (image && !isSound(image, ref.imageId))) return [];
  if (image && indexEntries(image).some((wanted) => textOf(wanted) === textOf(key))) return [];
  return [
    {
      kind: "list-entry-left-over",
      subject: subjectOf(key),
      evidence: { list: key.pk, status: image?.status ?? "none", revision: image?.revision ?? null },
      write: remove(TableName, key),
    },
  ];
};

const judgeMember: Judge<"member"> = (TableName, ref, seen) => {
  const key = keyOf(ref);
  const member = seen.item(key);
  const image = seen.image(ref.imageId);
  if (!member) return [];
  if (!image) {
    return [
      {
        kind: "member-left-over",
        subject: subjectOf(key),
        evidence: { member: ref.memberId, image: "none" },
        write: remove(TableName, key),
      },
    ];
  }
  if (!isSound(image, ref.imageId)) return [];
  const status = member.status as MemberStatus;
  return memberEntries({ member_id: ref.memberId, status }, image).flatMap((wanted): FoundFault[] => {
    const entry = seen.item(wanted);
    if (entry && entry.status === wanted.status) return [];
    const found = { subject: subjectOf(wanted), evidence: { member: ref.memberId, status } };
    if (!entry) return [{ kind: "member-entry-missing", ...found, write: insert(TableName, { ...wanted }) }];
    return [
      {
        kind: "member-entry-wrong",
        ...found,
        evidence: { ...found.evidence, entry_status: String(entry.status ?? null) },
        write: {
          Put: {
            TableName,
            Item: { ...wanted },
            ConditionExpression:
              "attribute_exists(pk) AND (attribute_not_exists(#status) OR #status <> :status)",
            ExpressionAttributeNames: { "#status": "status" },
            ExpressionAttributeValues: { ":status": status },
          },
        },
      },
    ];
  });
};

const judgeMemberEntry: Judge<"member entry"> = (TableName, ref, seen) => {
  const key = keyOf(ref);
  const image = seen.image(ref.imageId);
  if (!seen.item(key) || (image && !isSound(image, ref.imageId))) return [];
  const member = seen.item(memberKey(ref.imageId, ref.memberId));
  const wanted =
    image && member
      ? memberEntries({ member_id: ref.memberId, status: member.status as MemberStatus }, image)
      : [];
  if (wanted.some((entry) => textOf(entry) === textOf(key))) return [];
  return [
    {
      kind: "member-entry-left-over",
      subject: subjectOf(key),
      evidence: { member: ref.memberId, is_member: member !== undefined, status: image?.status ?? "none" },
      write: remove(TableName, key),
    },
  ];
};

const judgeTransfer: Judge<"transfer"> = (TableName, { imageId, transferId }, seen) => {
  const transfer = seen.transfer(imageId, transferId);
  const key = openTransferKey(imageId, transferId);
  if (!transfer || isOver(transfer) || seen.item(key)) return [];
  return [
    {
      kind: "open-transfer-entry-missing",
      subject: subjectOf(key),
      evidence: { transfer: transferId, state: transfer.state },
      write: insert(TableName, { ...key }),
    },
  ];
};

const judgeOpenTransfer: Judge<"open transfer"> = (TableName, ref, seen) => {
  const key = keyOf(ref);
  const transfer = seen.transfer(ref.imageId, ref.transferId);
  if (!seen.item(key) || (transfer && !isOver(transfer))) return [];
  return [
    {
      kind: "open-transfer-entry-left-over",
      subject: subjectOf(key),
      evidence: { transfer: ref.transferId, state: transfer?.state ?? "none" },
      write: remove(TableName, key),
    },
  ];
};

/** What is wrong with a record, by what was read of it, its owner and its witnesses. Pure. */
export function faultsIn(TableName: string, ref: Judged, seen: Snapshot): FoundFault[] {
  switch (ref.kind) {
    case "image":
      return judgeImage(TableName, ref, seen);
    case "list entry":
      return judgeListEntry(TableName, ref, seen);
    case "member":
      return judgeMember(TableName, ref, seen);
    case "member entry":
      return judgeMemberEntry(TableName, ref, seen);
    case "transfer":
      return judgeTransfer(TableName, ref, seen);
    case "open transfer":
      return judgeOpenTransfer(TableName, ref, seen);
  }
}
