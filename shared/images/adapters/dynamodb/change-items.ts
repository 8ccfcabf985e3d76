import type { WriteItem } from "../../../aws/transaction.ts";
import { outboxItems } from "../../../notifications/adapters/dynamodb/outbox-item.ts";
import type { Image } from "../../domain/image.ts";
import type { Change, Write } from "../../ports/change.ts";
import { type CounterChange, counterUpdate } from "./usage-items.ts";
import { deletionItem } from "./writes/deletion-items.ts";
import { imageEntryItems, imageRecordItem } from "./writes/image-items.ts";
import { memberItems } from "./writes/member-items.ts";
import { taskItems } from "./writes/task-items.ts";
import { transferItems } from "./writes/transfer-items.ts";

/** How each kind of write is items of a transaction; `image` is the change's, as it is written. */
const itemsOf: {
  readonly [Kind in Write["kind"]]: (
    TableName: string,
    write: Extract<Write, { readonly kind: Kind }>,
    image: Image,
  ) => WriteItem[];
} = {
  transfer: transferItems,
  member: memberItems,
  deletion: (TableName, { deletion }) => [deletionItem(TableName, deletion)],
  task: taskItems,
};

/** The kinds are the program's own words; the compiler alone cannot tell that a write goes to its own kind's function. */
const writeItems = <Kind extends Write["kind"]>(
  TableName: string,
  write: Extract<Write, { readonly kind: Kind }>,
  image: Image,
): WriteItem[] => itemsOf[write.kind as Kind](TableName, write, image);

/** The items of a change's one transaction at the time `at`; the image comes first, the counters last. */
export function changeItems(
  TableName: string,
  { image, writes = [], events = [] }: Change,
  { at, counters }: { readonly at: Date; readonly counters: readonly CounterChange[] },
): WriteItem[] {
  return [
    imageRecordItem(TableName, image),
    ...imageEntryItems(TableName, image),
    ...writes.flatMap((write) => writeItems(TableName, write, image.after)),
    ...outboxItems(image.after.id, at, events).map((Item) => ({ Put: { TableName, Item } })),
    ...counters.map((counter) => counterUpdate(TableName, counter)),
  ];
}
