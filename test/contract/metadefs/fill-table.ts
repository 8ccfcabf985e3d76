import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Dynamodb } from "../../../infra/local-aws/emulators/dynamodb/open-dynamodb.ts";

/** What a BatchWriteItem takes. */
const BATCH = 25;

function attributeValue(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeValue) };
  return { M: attributes(value as object) };
}
const attributes = (item: object): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeValue(value)]));

/** Puts many items past the service and past HTTP: a third of the time. */
export async function fillTable(
  emulator: Pick<Dynamodb, "handle">,
  TableName: string,
  items: readonly object[],
): Promise<void> {
  const batches: Promise<unknown>[] = [];
  for (let at = 0; at < items.length; at += BATCH) {
    const puts = items.slice(at, at + BATCH).map((item) => ({ PutRequest: { Item: attributes(item) } }));
    batches.push(emulator.handle("BatchWriteItem", { RequestItems: { [TableName]: puts } }));
  }
  await Promise.all(batches);
}
