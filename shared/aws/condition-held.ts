import { ConditionalCheckFailedException, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { retrying } from "./retry.ts";

/** A transaction holds the item at this moment; the SDK does not try again by itself. */
const isConflict = (error: unknown): boolean => error instanceof TransactionConflictException;

/** Repeats a write while a transaction holds its item. */
export const outlastingTransactions = <Result>(write: () => Promise<Result>): Promise<Result> =>
  retrying(write, isConflict);

/** False when the write's condition did not hold. */
export async function conditionHeld(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await outlastingTransactions(write);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
