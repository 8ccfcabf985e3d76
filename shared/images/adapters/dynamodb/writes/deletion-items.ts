import type { WriteItem } from "../../../../aws/transaction.ts";
import type { Deletion } from "../../../domain/deletion.ts";
import { deletionKey } from "../keys.ts";

const ITEM_VERSION = 1;

/** The record by which bytes are deleted. */
export const deletionItem = (TableName: string, deletion: Deletion): WriteItem => ({
  Put: { TableName, Item: { ...deletionKey(deletion.id), v: ITEM_VERSION, ...deletion } },
});
