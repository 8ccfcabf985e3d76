import type { AccessCheck } from "../json-service.ts";

/**
 * Which `dynamodb:LeadingKeys` the actions of a transaction are judged with. DynamoDB's developer guide names the
 * actions ("Using IAM with DynamoDB transactions") and not the keys, so each possible reading can be tried:
 *
 *     own     each item's action with the key of that item
 *     action  each action once, with the keys of all items that need it, as BatchGetItem has them
 *     all     each action once, with all keys of the transaction
 *     none    each action once, without keys
 *     every   all of these: what one of them refuses is refused
 */
export const transactionKeys = ["own", "action", "all", "none", "every"] as const;
export type TransactionKeys = (typeof transactionKeys)[number];

/** An item of a transaction: the permission it needs, and its partition key. */
export interface TransactionItem {
  readonly action: string;
  readonly resource: string;
  readonly key: string;
}

type Reading = Exclude<TransactionKeys, "every">;
/** The keys that an item's action is judged with, among the items of its table. */
const keysOf: Readonly<
  Record<Reading, (item: TransactionItem, all: readonly TransactionItem[]) => readonly TransactionItem[]>
> = {
  own: (item) => [item],
  action: ({ action }, all) => all.filter((other) => other.action === action),
  all: (_, all) => all,
  none: () => [],
};

/**
 * The permissions that a transaction needs, each with the `dynamodb:EnclosingOperation` that the same page documents.
 */
export function transactionChecks(
  operation: string,
  items: readonly TransactionItem[],
  keys: TransactionKeys,
): readonly AccessCheck[] {
  const readings: readonly Reading[] = keys === "every" ? ["own", "action", "all", "none"] : [keys];
  const checks = readings.flatMap((reading) =>
    items.map((item): AccessCheck => {
      const ofTable = items.filter(({ resource }) => resource === item.resource);
      const leading = [...new Set(keysOf[reading](item, ofTable).map(({ key }) => key))];
      return {
        action: item.action,
        resource: item.resource,
        context: {
          "dynamodb:EnclosingOperation": [operation],
          ...(leading.length > 0 && { "dynamodb:LeadingKeys": leading }),
        },
      };
    }),
  );
  // One of each: a hundred items of one action are one question, unless each has a key of its own.
  return [...new Map(checks.map((check) => [JSON.stringify(check), check])).values()];
}
