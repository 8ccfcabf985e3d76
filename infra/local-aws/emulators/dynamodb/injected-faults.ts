import type { Faults } from "../../faults.ts";
import { ownValue } from "../../own-value.ts";
import { AwsFailure } from "../aws-failure.ts";
import { forKeys } from "./batch-get-item.ts";
import { noReason, transactionCanceled } from "./cancellation.ts";
import type { DynamodbRequest, KeysAndAttributes, WriteRequest } from "./request.ts";
import type { DynamodbOperation } from "./schemas.ts";

type RequestItems = Record<string, KeysAndAttributes | WriteRequest[]>;

/** What goes wrong with one call. */
interface InjectedFault {
  /** The answer, in place of doing anything. */
  readonly refusal?: AwsFailure;
  /** The answer, though the call was done: the client cannot know. */
  readonly lateFailure?: AwsFailure;
  /** A page ends after so many items. */
  readonly cutAfter?: number;
  /** The part of a batch that is not done, as `UnprocessedKeys` or `UnprocessedItems` name it. */
  readonly withheld?: RequestItems;
}

const refusals = {
  ThrottlingException: () =>
    new AwsFailure("ThrottlingException", "Rate of requests exceeds the allowed throughput."),
  ProvisionedThroughputExceededException: () =>
    new AwsFailure(
      "ProvisionedThroughputExceededException",
      "The level of configured provisioned throughput for the table was exceeded. " +
        "Consider increasing your provisioning level with the UpdateTable API.",
    ),
  InternalServerError: () => new AwsFailure("InternalServerError", "Internal server error", 500),
  TransactionConflictException: () =>
    new AwsFailure("TransactionConflictException", "Transaction is ongoing for the item"),
  TransactionInProgressException: () =>
    new AwsFailure(
      "TransactionInProgressException",
      "The transaction with the given request token is already in progress.",
    ),
};

const cancellations = {
  TransactionConflict: "Transaction is ongoing for the item",
  ThrottlingError:
    "Throughput exceeds the current capacity for one or more global secondary indexes or the table.",
};

type Refusal = keyof typeof refusals;
type Cancellation = keyof typeof cancellations;
type Kind = Refusal | Cancellation | "AppliedButFailed" | "ShortPage" | "Unprocessed";

const anyCall: readonly Kind[] = [
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "InternalServerError",
];
const write: readonly Kind[] = [...anyCall, "TransactionConflictException", "AppliedButFailed"];
const page: readonly Kind[] = [...anyCall, "ShortPage", "ShortPage"];

// A kind that stands here more often happens more often.
const kindsOf: Readonly<Record<DynamodbOperation, readonly Kind[]>> = {
  GetItem: anyCall,
  PutItem: write,
  UpdateItem: write,
  DeleteItem: write,
  Query: page,
  Scan: page,
  BatchGetItem: [...anyCall, "Unprocessed", "Unprocessed"],
  BatchWriteItem: [...anyCall, "Unprocessed", "Unprocessed", "AppliedButFailed"],
  TransactWriteItems: [
    ...[...anyCall, ...anyCall],
    ...(["TransactionConflict", "TransactionConflict", "TransactionConflict"] as const),
    ...(["ThrottlingError", "AppliedButFailed", "AppliedButFailed"] as const),
    "TransactionInProgressException",
  ],
  TransactGetItems: [...anyCall, "TransactionConflict"],
  DescribeTable: ["ThrottlingException", "InternalServerError"],
};

/** Decides about one call. A withheld part is taken out of the request. */
export function drawFault(
  faults: Faults,
  operation: DynamodbOperation,
  request: DynamodbRequest,
): InjectedFault {
  const kind = faults.pick(kindsOf[operation]);
  switch (kind) {
    case undefined:
      return {};
    case "AppliedButFailed":
      return { lateFailure: refusals.InternalServerError() };
    case "ShortPage":
      return { cutAfter: 1 + Math.floor(faults.random() * 4) };
    case "Unprocessed":
      return withhold(request, faults);
    case "TransactionConflict":
    case "ThrottlingError":
      return { refusal: canceled(kind, request.TransactItems?.length ?? 0, faults) };
    default:
      return { refusal: refusals[kind]() };
  }
}

function canceled(kind: Cancellation, count: number, faults: Faults): AwsFailure {
  const struck = Math.floor(faults.random() * count);
  const reason = { Code: kind, Message: cancellations[kind] };
  return transactionCanceled(
    Array.from({ length: count }, (_none, position) => (position === struck ? reason : noReason)),
  );
}

/** AWS does at least one member of a batch, or throttles the call as a whole. */
function withhold(request: DynamodbRequest, faults: Faults): InjectedFault {
  const tables = Object.entries(request.RequestItems ?? {});
  const total = tables.reduce((sum, [, asked]) => sum + membersOf(asked).length, 0);
  if (total < 2) return { refusal: refusals.ProvisionedThroughputExceededException() };
  const count = 1 + Math.floor(faults.random() * (total - 1));
  const start = Math.floor(faults.random() * total);
  const kept = new Map<string, RequestItems[string]>();
  const withheld = new Map<string, RequestItems[string]>();
  let position = 0;
  for (const [name, asked] of tables) {
    const parts = Map.groupBy(membersOf(asked), () => (position++ - start + total) % total < count);
    const [keep, hold] = [parts.get(false), parts.get(true)];
    if (keep)
      kept.set(name, Array.isArray(asked) ? (keep as WriteRequest[]) : { ...asked, Keys: keep as [] });
    if (hold)
      withheld.set(name, Array.isArray(asked) ? (hold as WriteRequest[]) : forKeys(asked, hold as []));
  }
  request.RequestItems = Object.fromEntries(kept);
  return { withheld: Object.fromEntries(withheld) };
}

const membersOf = (asked: KeysAndAttributes | WriteRequest[]): readonly object[] =>
  Array.isArray(asked) ? asked : asked.Keys;

/** A batch's `UnprocessedKeys` or `UnprocessedItems` with the withheld part in it. */
export function withWithheld(
  answer: Record<string, unknown>,
  withheld: RequestItems | undefined,
): Record<string, unknown> {
  if (!withheld) return answer;
  const member = "UnprocessedKeys" in answer ? "UnprocessedKeys" : "UnprocessedItems";
  const unprocessed = answer[member] as RequestItems | undefined;
  const both = Object.entries(withheld).map(([name, held]) => {
    const own = ownValue(unprocessed, name);
    const isSplit = own && !Array.isArray(own) && !Array.isArray(held);
    return [name, isSplit ? { ...held, Keys: [...own.Keys, ...held.Keys] } : held] as const;
  });
  return { ...answer, [member]: { ...unprocessed, ...Object.fromEntries(both) } };
}
