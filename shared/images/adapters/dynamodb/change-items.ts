import type { Key } from "../../../aws/table-key.ts";
import type { WriteItem } from "../../../aws/transaction.ts";
import type { Deletion } from "../../domain/deletion.ts";
import { isOver, type Transfer } from "../../domain/transfer.ts";
import type { Change } from "../../ports/image-store.ts";
import { imageItem, transferItem } from "./image-item.ts";
import { deletionKey, indexEntries, memberEntries, memberKey, openTransferKey } from "./keys.ts";
import { outboxItems } from "./outbox-item.ts";
import { type CounterChange, counterUpdate } from "./usage-items.ts";

const ITEM_VERSION = 1;

/** A put on condition that the item is new, or still has the revision that was read. */
function conditionalPut(
  TableName: string,
  Item: Record<string, unknown>,
  before: number | undefined,
): WriteItem {
  const isNew = "attribute_not_exists(pk)";
  const unchanged = "revision = :before";
  return {
    Put: {
      TableName,
      Item,
      ...(before === undefined
        ? { ConditionExpression: isNew }
        : { ConditionExpression: unchanged, ExpressionAttributeValues: { ":before": before } }),
    },
  };
}

const textOf = (key: Key): string => `${key.pk}\n${key.sk}`;

function indexItems(TableName: string, change: Change["image"]): WriteItem[] {
  const before = change.before ? indexEntries(change.before) : [];
  const after = indexEntries(change.after);
  const kept = new Set(after.map(textOf));
  const had = new Set(before.map(textOf));
  return [
    ...before.filter((key) => !kept.has(textOf(key))).map((Key) => ({ Delete: { TableName, Key } })),
    ...after.filter((key) => !had.has(textOf(key))).map((Item) => ({ Put: { TableName, Item } })),
  ];
}

/** A member's record and its entries in what is shared with its project. */
function memberItems(TableName: string, { image, members = [] }: Change): WriteItem[] {
  return members.flatMap(({ before, after }): WriteItem[] => {
    const id = (after ?? before)?.member_id;
    if (id === undefined) return [];
    const record = memberKey(image.after.id, id);
    const entries = after ? memberEntries(after, image.after) : [];
    const kept = new Set(entries.map(textOf));
    const dropped = before ? memberEntries(before, image.after).filter((key) => !kept.has(textOf(key))) : [];
    return [
      after
        ? { Put: { TableName, Item: { ...record, v: ITEM_VERSION, ...after } } }
        : { Delete: { TableName, Key: record } },
      ...entries.map((Item) => ({ Put: { TableName, Item } })),
      ...dropped.map(({ pk, sk }) => ({ Delete: { TableName, Key: { pk, sk } } })),
    ];
  });
}

/** The entry by which sweeps find transfers that are not over. */
function openTransferItems(TableName: string, before: Transfer | undefined, after: Transfer): WriteItem[] {
  const key = openTransferKey(after.image_id, after.id);
  if (before === undefined) return [{ Put: { TableName, Item: key } }];
  return isOver(after) && !isOver(before) ? [{ Delete: { TableName, Key: key } }] : [];
}

export const deletionItem = (TableName: string, deletion: Deletion): WriteItem => ({
  Put: { TableName, Item: { ...deletionKey(deletion.id), v: ITEM_VERSION, ...deletion } },
});

/**
 * The items of a change's one transaction at the time `at`; the image comes first, its transfer second, the counters
 * last.
 */
export function changeItems(
  TableName: string,
  change: Change,
  { at, counters }: { readonly at: Date; readonly counters: readonly CounterChange[] },
): WriteItem[] {
  const { image, transfer, deletions = [], events = [] } = change;
  return [
    conditionalPut(TableName, imageItem(image.after), image.before?.revision),
    ...(transfer
      ? [
          conditionalPut(TableName, transferItem(transfer.after), transfer.before?.revision),
          ...openTransferItems(TableName, transfer.before, transfer.after),
        ]
      : []),
    ...indexItems(TableName, image),
    ...memberItems(TableName, change),
    ...deletions.map((deletion) => deletionItem(TableName, deletion)),
    ...outboxItems(image.after.id, at, events).map((Item) => ({ Put: { TableName, Item } })),
    ...counters.map((counter) => counterUpdate(TableName, counter)),
  ];
}
