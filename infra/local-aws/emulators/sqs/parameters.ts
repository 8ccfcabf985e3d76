import { ownValue } from "../../own-value.ts";
import { AwsFailure } from "../aws-failure.ts";

export type Input = Readonly<Record<string, unknown>>;

const invalid = (message: string): AwsFailure => new AwsFailure("InvalidParameterValue", message);

/** A whole number within SQS's bounds, or the default when absent. */
export function bounded(input: Input, name: string, least: number, most: number, initial: number): number {
  const value = ownValue(input, name) ?? initial;
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw invalid(
      `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}.`,
    );
  }
  return value;
}

export function textParameter(input: Input, name: string): string {
  const value = ownValue(input, name);
  if (typeof value !== "string" || value === "") {
    throw new AwsFailure("MissingParameter", `The request must contain the parameter ${name}.`);
  }
  return value;
}

/** A message's body within the queue's limit. Message attributes are not emulated and refused by name. */
export function messageBody(input: Input, maximumBytes: number): string {
  const unsupported = ["MessageAttributes", "MessageSystemAttributes", "MessageDeduplicationId"];
  const used = unsupported.find((name) => ownValue(input, name) !== undefined);
  if (used) throw new AwsFailure("UnsupportedOperation", `the local SQS has no ${used}`);
  const body = textParameter(input, "MessageBody");
  if (Buffer.byteLength(body) > maximumBytes) {
    throw invalid(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`,
    );
  }
  // XML 1.0's characters are allowed, nothing else (SQS API reference, SendMessage).
  if (/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(body)) {
    throw new AwsFailure(
      "InvalidMessageContents",
      "The message contains characters outside the allowed set.",
    );
  }
  return body;
}

/** SQS API reference, SendMessage: letters, digits and punctuation. */
const groupId = /^[\x21-\x7e]{1,128}$/;

/** The tenant that a message of a standard queue is of, which makes the queue fair. */
export function messageGroup(input: Input): string | undefined {
  const group = ownValue(input, "MessageGroupId");
  if (group === undefined) return undefined;
  if (typeof group === "string" && groupId.test(group)) return group;
  throw invalid(
    `Value ${String(group)} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

export type BatchEntry = Input & { readonly Id: string };

/** SQS API reference, SendMessageBatchRequestEntry and DeleteMessageBatchRequestEntry. */
const entryId = /^[\w-]{1,80}$/;

/** The entries of a batch: 1 to 10, with distinct ids. */
export function batchEntries(input: Input): readonly BatchEntry[] {
  const entries = input.Entries;
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new AwsFailure("EmptyBatchRequest", "There should be at least one entry in the request.");
  }
  if (entries.length > 10) {
    throw new AwsFailure("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.");
  }
  const ids = entries.map((entry: Input) => textParameter(entry, "Id"));
  if (!ids.every((id) => entryId.test(id))) {
    throw new AwsFailure(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  }
  if (new Set(ids).size < ids.length)
    throw new AwsFailure("BatchEntryIdsNotDistinct", "Ids of a batch must be distinct.");
  return entries as BatchEntry[];
}
