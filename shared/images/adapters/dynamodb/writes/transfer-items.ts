import { conditionalPut } from "../../../../aws/conditional-put.ts";
import type { WriteItem } from "../../../../aws/transaction.ts";
import { hasEnded } from "../../../domain/transfer.ts";
import type { TransferWrite } from "../../../ports/change.ts";
import { transferItem } from "../image-item.ts";
import { openTransferKey } from "../keys.ts";

/** The entry by which sweeps find transfers that are not over. */
function openTransferItems(TableName: string, { before, after }: TransferWrite): WriteItem[] {
  const key = openTransferKey(after.image_id, after.id);
  // Data that is registered without a hash is in use from the beginning: its transfer is over before it begins.
  if (before === undefined) return hasEnded(after) ? [] : [{ Put: { TableName, Item: key } }];
  return hasEnded(after) && !hasEnded(before) ? [{ Delete: { TableName, Key: key } }] : [];
}

/** The transfer's record, and its entry among the open ones. */
export const transferItems = (TableName: string, write: TransferWrite): WriteItem[] => [
  conditionalPut(TableName, transferItem(write.after), write.before),
  ...openTransferItems(TableName, write),
];
