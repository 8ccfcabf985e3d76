import type { TableAction } from "../functions/rights.ts";
import type { PolicyStatement } from "./policy-statement.ts";

/** Actions on partitions, some of which may be items of transactions. */
export interface TableRights {
  readonly actions: readonly TableAction[];
  readonly partitions: readonly string[];
  readonly inTransactions?: true;
}

const itemActions: ReadonlySet<TableAction> = new Set([
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "ConditionCheckItem",
]);
const named = (actions: Iterable<TableAction>): string[] =>
  [...actions].map((action) => `dynamodb:${action}`);

/**
 * ForAllValues is true for a request without partition keys: without the Null clause a Scan, or any call that
 * names none, would reach every item (IAM user guide, "Set operators for multi-valued context keys").
 */
const ownKeys = ({ actions, partitions }: TableRights, table: string): PolicyStatement => ({
  Effect: "Allow",
  Action: named(actions),
  Resource: table,
  Condition: {
    "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...partitions] },
    Null: { "dynamodb:LeadingKeys": "false" },
  },
});

/** DynamoDB developer guide, "Using IAM with DynamoDB transactions". */
const enclosed = { "dynamodb:EnclosingOperation": ["TransactWriteItems"] };

/** Grants of the same actions as one: a key in any of them is a key in all of their partitions, and the policy is shorter. */
function byActions(grants: readonly TableRights[]): TableRights[] {
  const merged = new Map<string, TableRights>();
  for (const { actions, partitions } of grants) {
    const name = [...actions].sort().join();
    const others = merged.get(name)?.partitions ?? [];
    merged.set(name, { actions, partitions: [...new Set([...others, ...partitions])] });
  }
  return [...merged.values()];
}

/**
 * What a function's transactions need where an action is judged with more keys than its item's own: AWS does not say
 * which (docs/aws.md). One key must be in the grant's partitions, and all in those that the function's transactions
 * write. With one key the first clause says what `ownKeys` says, so this adds nothing where each item has its own key.
 */
function moreKeys(grants: readonly TableRights[], table: string): PolicyStatement[] {
  const written = [...new Set(grants.flatMap(({ partitions }) => partitions))];
  const needing = grants.filter(({ partitions }) => written.some((one) => !partitions.includes(one)));
  return byActions(needing).map(({ actions, partitions }) => ({
    Effect: "Allow",
    Action: named(actions),
    Resource: table,
    Condition: {
      "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": [...partitions] },
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": written },
      "ForAnyValue:StringEquals": enclosed,
    },
  }));
}

/** The same where transactions carry no keys at all: nothing is left then to bind them to key prefixes. */
const noKeys = (grants: readonly TableRights[], table: string): PolicyStatement => ({
  Effect: "Allow",
  Action: named(new Set(grants.flatMap(({ actions }) => actions))),
  Resource: table,
  Condition: {
    "ForAnyValue:StringEquals": enclosed,
    Null: { "dynamodb:LeadingKeys": "true" },
  },
});

/** A function's rights on the items of the one table. */
export function tableStatements(
  rights: readonly TableRights[],
  table: string,
  { transactionsWithoutKeys }: { readonly transactionsWithoutKeys: boolean },
): PolicyStatement[] {
  const transacted = rights.flatMap((grant) =>
    grant.inTransactions
      ? [{ ...grant, actions: grant.actions.filter((action) => itemActions.has(action)) }]
      : [],
  );
  return [
    ...byActions(rights).map((grant) => ownKeys(grant, table)),
    ...moreKeys(transacted, table),
    ...(transactionsWithoutKeys && transacted.length > 0 ? [noKeys(transacted, table)] : []),
  ];
}

/** A Scan of the keys of all items: one that names another attribute, in a filter too, or none at all, is refused. */
export const scanStatement = (table: string): PolicyStatement => ({
  Effect: "Allow",
  Action: ["dynamodb:Scan"],
  Resource: table,
  Condition: {
    "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk"] },
    StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
    Null: { "dynamodb:Attributes": "false" },
  },
});
