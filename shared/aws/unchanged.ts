import type { Key } from "./table-key.ts";
import type { WriteItem } from "./transaction.ts";

/** The condition that a record still has the revision that was seen, or is still absent. */
export const unchanged = (
  TableName: string,
  Key: Key,
  seen: { readonly revision: number } | undefined,
): WriteItem => ({
  ConditionCheck: {
    TableName,
    Key,
    ...(seen
      ? { ConditionExpression: "revision = :seen", ExpressionAttributeValues: { ":seen": seen.revision } }
      : { ConditionExpression: "attribute_not_exists(pk)" }),
  },
});
