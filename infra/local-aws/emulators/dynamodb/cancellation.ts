import { AwsFailure } from "../aws-failure.ts";
import type { Item } from "./item.ts";

/** Why one action of a transaction stopped it; an action that did not has the code `None`. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

export const noReason: CancellationReason = { Code: "None" };
export const conflict: CancellationReason = {
  Code: "TransactionConflict",
  Message: "Transaction is ongoing for the item",
};

/** `TransactionCanceledException`, one reason for each action in the order of the request. */
export const transactionCanceled = (reasons: readonly CancellationReason[]): AwsFailure =>
  new AwsFailure(
    "TransactionCanceledException",
    "Transaction cancelled, please refer cancellation reasons for specific reasons " +
      `[${reasons.map(({ Code }) => Code).join(", ")}]`,
    400,
    { CancellationReasons: reasons },
  );

/** The reason that a refusal of one action gives; undefined when the whole call has to fail. */
export function reasonOf(error: unknown): CancellationReason | undefined {
  if (!(error instanceof AwsFailure)) return undefined;
  if (error.code === "ValidationException") return { Code: "ValidationError", Message: error.message };
  if (error.code !== "ConditionalCheckFailedException") return undefined;
  const item = error.fields.Item as Item | undefined;
  return { Code: "ConditionalCheckFailed", Message: error.message, ...(item && { Item: item }) };
}
