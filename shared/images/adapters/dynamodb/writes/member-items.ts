import { droppedEntries } from "../../../../aws/entry-changes.ts";
import type { WriteItem } from "../../../../aws/transaction.ts";
import type { Image } from "../../../domain/image.ts";
import type { MemberWrite } from "../../../ports/change.ts";
import { memberEntries, memberKey } from "../keys.ts";

const ITEM_VERSION = 1;

/** A member's record and its entries in what is shared with its project. */
export function memberItems(TableName: string, { before, after }: MemberWrite, image: Image): WriteItem[] {
  const id = (after ?? before)?.member_id;
  if (id === undefined) return [];
  const record = memberKey(image.id, id);
  const entries = after ? memberEntries(after, image) : [];
  return [
    after
      ? { Put: { TableName, Item: { ...record, v: ITEM_VERSION, ...after } } }
      : { Delete: { TableName, Key: record } },
    // Also those that were there: they carry the status.
    ...entries.map((Item) => ({ Put: { TableName, Item } })),
    ...droppedEntries(TableName, before ? memberEntries(before, image) : [], entries),
  ];
}
