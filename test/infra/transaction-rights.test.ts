import { describe, expect, test } from "vitest";
import { policyStatements } from "../../infra/constructs/access-policy.ts";
import { accessOf, type FunctionName, functionNames } from "../../infra/functions/functions.ts";
import { usageGrantsOf } from "../../infra/functions/grants.ts";
import type { TableAction, TableGrant } from "../../infra/functions/rights.ts";
import {
  type TransactionItem,
  type TransactionKeys,
  transactionChecks,
} from "../../infra/local-aws/emulators/dynamodb/transaction-keys.ts";
import { createJudge } from "../../infra/local-aws/iam/judge.ts";
import { queueArns } from "./queue-arns.ts";

const table = "arn:aws:dynamodb:us-east-1:123456789012:table/glance-state-TableCD117FA1-XXXXXXXXXXXX";
const bucket = "arn:aws:s3:::glance-state-images0a1b2c3d-xxxxxxxxxxxx";
const queue = (name: string) =>
  `arn:aws:sqs:us-east-1:123456789012:glance-api-${name}Queue1A2B3C4D-XXXXXXXXXXXX`;
const arns = {
  table,
  bucket,
  queues: queueArns(queue),
  tokenKey: "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000",
  eventBus: "arn:aws:events:us-east-1:123456789012:event-bus/glancestateNotifications1A2B3C4D",
};
const writes: readonly TableAction[] = ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"];

type Grant = Pick<TableGrant, "actions" | "inTransactions"> & { readonly partitions: readonly string[] };
const grantsOf = (name: FunctionName): readonly Grant[] => [
  ...accessOf(name).table,
  ...usageGrantsOf(accessOf(name)),
];
const statementsOf = (name: FunctionName, transactionsWithoutKeys: boolean) =>
  policyStatements(accessOf(name), arns, {
    countsUsage: true,
    limitsFromKeystone: true,
    transactionsWithoutKeys,
  });

/** Whether the function's policy lets a call through that needs all of these. */
function judgeOf(name: FunctionName, { transactionsWithoutKeys = false } = {}) {
  const principal = {
    name,
    arn: `arn:aws:iam::123456789012:role/${name}`,
    accessKeyId: "key",
    secretAccessKey: "secret",
    statements: statementsOf(name, transactionsWithoutKeys),
  };
  const judge = createJudge([principal], new Map());
  return {
    transaction: (items: readonly TransactionItem[], keys: TransactionKeys) =>
      transactionChecks("TransactWriteItems", items, keys).every(({ action, resource, context }) =>
        judge.allows(principal, action, resource, context),
      ),
    single: ({ action, resource, key }: TransactionItem) =>
      judge.allows(principal, action, resource, { "dynamodb:LeadingKeys": [key] }),
  };
}

const itemOf = (action: TableAction, partition: string): TransactionItem => ({
  action: `dynamodb:${action}`,
  resource: table,
  key: partition.replace("*", "1"),
});
const holds = (partitions: readonly string[], key: string): boolean =>
  partitions.some((one) => (one.endsWith("*") ? key.startsWith(one.slice(0, -1)) : key === one));
const itemsOf = ({ actions, partitions }: Grant): TransactionItem[] =>
  actions
    .filter((action) => writes.includes(action))
    .flatMap((action) => partitions.map((partition) => itemOf(action, partition)));

/** All that the function's transactions can hold: what may stand together here may do so in any part of it. */
const whole = (name: FunctionName): TransactionItem[] =>
  grantsOf(name)
    .filter(({ inTransactions }) => inTransactions)
    .flatMap(itemsOf);
const writers = functionNames.filter((name) => whole(name).length > 0);
/** One key of each prefix, the function's own and others'. */
const everywhere = [
  ...new Set(functionNames.flatMap((name) => grantsOf(name).flatMap(({ partitions }) => partitions))),
];
const every = writes.flatMap((action) => everywhere.map((partition) => itemOf(action, partition)));

describe.each(writers)("transactions of %s", (name) => {
  test("pass whichever keys their actions are judged with", () => {
    const { transaction } = judgeOf(name);
    for (const keys of ["own", "action", "all"] as const) {
      expect([keys, transaction(whole(name), keys)]).toEqual([keys, true]);
      for (const item of whole(name)) expect(transaction([item], keys), `${keys} ${item.key}`).toBe(true);
    }
    // Without keys nothing tells one prefix from another: that takes the operator's word.
    expect(transaction(whole(name), "none")).toBe(false);
    const told = judgeOf(name, { transactionsWithoutKeys: true });
    for (const keys of ["own", "action", "all", "none", "every"] as const)
      expect([keys, told.transaction(whole(name), keys)]).toEqual([keys, true]);
  });

  test("may write no more than single calls, where each item has its own key", () => {
    for (const options of [{}, { transactionsWithoutKeys: true }]) {
      const { transaction, single } = judgeOf(name, options);
      for (const item of every) expect([item, transaction([item], "own")]).toEqual([item, single(item)]);
    }
  });

  test("reach no prefix that the function's transactions do not write, where all keys count", () => {
    const { transaction } = judgeOf(name, { transactionsWithoutKeys: true });
    const written = grantsOf(name).filter(({ inTransactions }) => inTransactions);
    const [known] = whole(name);
    for (const item of every.filter(({ key }) => !written.some(({ partitions }) => holds(partitions, key)))) {
      expect(transaction([item, ...(known ? [known] : [])], "all"), `${item.action} ${item.key}`).toBe(false);
    }
  });

  test("make nothing allowed outside of transactions", () => {
    const { single } = judgeOf(name, { transactionsWithoutKeys: true });
    for (const item of every) {
      const isGranted = grantsOf(name).some(
        ({ actions, partitions }) =>
          actions.some((one) => `dynamodb:${one}` === item.action) && holds(partitions, item.key),
      );
      expect([item, single(item)]).toEqual([item, isGranted]);
    }
  });
});

test("what writes outside of transactions is known", () => {
  const found = functionNames.flatMap((name) =>
    accessOf(name)
      .table.filter(
        ({ inTransactions, actions }) =>
          !inTransactions && actions.some((one) => one === "BatchWriteItem" || writes.includes(one)),
      )
      // Checkpoints and switches.
      .filter(({ partitions }) => !partitions.every((partition) => partition.startsWith("upkeep#")))
      .map(({ partitions }) => `${name}: ${partitions}`),
  );
  expect([...new Set(found)]).toEqual([
    "data: uploads#*",
    "transfers: image#*",
    "transfers: uploads#*",
    "provenance: provenance#*",
    "metadefs: metadef#*",
    "metadefs: outbox#*",
    "workers/finalize: image#*",
    "workers/sources: image#*",
    "workers/place: image#*",
    "workers/delete: deletions#*",
    "workers/copy: image#*",
    "workers/import: image#*,task#*",
    "workers/fetch: task#*",
    "workers/fetch: fetching#*",
    "workers/notify: outbox#*",
    "upkeep/outbox: outbox#*",
    "upkeep/metadefs: metadef#*",
    "upkeep/metadefs: outbox#*",
  ]);
});

// IAM quotas: the inline policies of a role have 10,240 characters at most, white space not counted.
test.each(functionNames)("%s: its policy fits into a role", (name) => {
  expect(JSON.stringify({ Statement: statementsOf(name, true) }).length).toBeLessThan(9_500);
});
