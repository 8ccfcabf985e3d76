import type { WriteItem } from "./transaction.ts";

/** A put on condition that the item is new, or still has the revision that was read. */
export function conditionalPut(
  TableName: string,
  Item: Record<string, unknown>,
  before: { readonly revision: number } | undefined,
): WriteItem {
  const isNew = "attribute_not_exists(pk)";
  const unchanged = "revision = :before";
  return {
    Put: {
      TableName,
      Item,
      ...(before === undefined
        ? { ConditionExpression: isNew }
        : { ConditionExpression: unchanged, ExpressionAttributeValues: { ":before": before.revision } }),
    },
  };
}
