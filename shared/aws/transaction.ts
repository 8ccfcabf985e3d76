import { randomUUID } from "node:crypto";
import { type AttributeValue, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { retrying } from "./retry.ts";

export type WriteItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/**
 * Items that many write at once (a project's usage) refuse all but one of them at a time: with full jitter up to a
 * second, so many attempts take some ten seconds, at most 20, and a gateway waits 29.
 */
const ATTEMPTS = 24;

const PASSING_REASONS = new Set(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);
const PASSING_ERRORS = new Set([
  "TransactionInProgressException",
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "InternalServerError",
]);

/** Indexes of the items whose condition failed; undefined when the error is another one. */
export function failedConditions(error: unknown): number[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const failed = (error.CancellationReasons ?? []).flatMap((reason, index) =>
    reason.Code === "ConditionalCheckFailed" ? [index] : [],
  );
  return failed.length > 0 ? failed : undefined;
}

const sizeExceeded = /item size .*exceeded/i;

/** Whether an item was larger than DynamoDB's 400 KB; it says so by its text alone. */
export function isItemTooLarge(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof TransactionCanceledException) {
    return (error.CancellationReasons ?? []).some(
      ({ Code, Message }) => Code === "ValidationError" && sizeExceeded.test(Message ?? ""),
    );
  }
  return error.name === "ValidationException" && sizeExceeded.test(error.message);
}

/** The item that made the condition at `index` fail, as DynamoDB writes it; undefined when there was none. */
export const failedItem = (error: unknown, index: number): Record<string, AttributeValue> | undefined =>
  error instanceof TransactionCanceledException ? error.CancellationReasons?.[index]?.Item : undefined;

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (PASSING_ERRORS.has(error.name)) return true;
  if (!(error instanceof TransactionCanceledException) || failedConditions(error)) return false;
  return (error.CancellationReasons ?? []).some((reason) => PASSING_REASONS.has(reason.Code ?? ""));
}

/**
 * Writes all items or none. Conflicts and throttling are retried; the request token makes a repetition of a
 * transaction that did happen (its answer was lost) a success instead of a failed condition.
 */
export async function writeTransaction(
  client: DynamoDBDocumentClient,
  items: readonly WriteItem[],
): Promise<void> {
  const ClientRequestToken = randomUUID();
  await retrying(
    () => client.send(new TransactWriteCommand({ TransactItems: [...items], ClientRequestToken })),
    isPassing,
    ATTEMPTS,
  );
}
