import { conditionalPut } from "../../../../aws/conditional-put.ts";
import { droppedEntries, newEntries } from "../../../../aws/entry-changes.ts";
import type { WriteItem } from "../../../../aws/transaction.ts";
import type { ImageWrite } from "../../../ports/change.ts";
import { imageItem } from "../image-item.ts";
import { indexEntries } from "../keys.ts";

/** The image's record, first: its condition guards the whole transaction. */
export const imageRecordItem = (TableName: string, { before, after }: ImageWrite): WriteItem =>
  conditionalPut(TableName, imageItem(after), before);

/** What the lists must say of the image, as far as it changes. */
export function imageEntryItems(TableName: string, { before, after }: ImageWrite): WriteItem[] {
  const [had, has] = [before ? indexEntries(before) : [], indexEntries(after)];
  return [...droppedEntries(TableName, had, has), ...newEntries(TableName, had, has)];
}
