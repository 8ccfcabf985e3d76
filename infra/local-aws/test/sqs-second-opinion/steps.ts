import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import fc from "fast-check";

/** A call of a sequence. Messages are named by their place among those received, bodies by a number. */
export type Step =
  | { readonly do: "send"; readonly body: string | undefined; readonly delay: number | undefined }
  | { readonly do: "send-batch"; readonly ids: readonly string[]; readonly body: string | undefined }
  | {
      readonly do: "receive";
      readonly most: number;
      readonly visibility: number | undefined;
      readonly dead: boolean;
    }
  | { readonly do: "delete"; readonly message: number }
  | { readonly do: "delete-batch"; readonly ids: readonly string[]; readonly message: number }
  | { readonly do: "change-visibility"; readonly message: number; readonly seconds: number }
  | { readonly do: "count"; readonly dead: boolean }
  | { readonly do: "find"; readonly isThere: boolean };

// Undefined: a fine body of its own, by which both sides' messages are told apart.
const badBodies = ["\u0000", "a\u0008", "\ufffe", "\ud800"];
/** Stands for a message of one byte too many, which would make a failure unreadable. */
const tooLong = "too long";
const bodyOr = (...bad: readonly string[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, fc.constantFrom(...bad));
const ids = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/), { minLength: 1, maxLength: 3 }),
  },
  fc.constantFrom(
    [],
    ["a", "a"],
    ["a b"],
    ["é"],
    Array.from({ length: 11 }, (_, n) => `${n}`),
  ),
);
const message = fc.nat({ max: 9 });

/** Ten messages are received at once, so that it does not count which ones a side gives first. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("send" as const),
        body: bodyOr("", tooLong, ...badBodies),
        delay: fc.constantFrom(undefined, undefined, 0, 900),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("send-batch" as const), ids, body: bodyOr(...badBodies) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("receive" as const),
        most: fc.constantFrom(10, 10, 10, 10, 0, 11, -1),
        visibility: fc.constantFrom(undefined, undefined, 60, 43_200, 43_201, -1),
        dead: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("delete" as const), message }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("delete-batch" as const), ids, message }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("change-visibility" as const),
        message,
        seconds: fc.constantFrom(0, 0, 0, 30, 43_000, 43_201, -1),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("count" as const), dead: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("find" as const), isThere: fc.boolean() }) },
  ),
  { minLength: 5, maxLength: 25 },
);

/** Where a side has the queue, and its handles of the messages in flight. */
export interface Place {
  readonly name: string;
  readonly work: string;
  readonly dead: string;
  readonly handleOf: (message: number) => string;
}

const counted = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
  "DelaySeconds",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "VisibilityTimeout",
] as const;

/** The step as a command of the SDK; `number` makes its bodies differ from all others'. */
export function commandOf(step: Step, { name, work, dead, handleOf }: Place, number: number) {
  const QueueUrl = work;
  switch (step.do) {
    case "send":
      return new SendMessageCommand({
        QueueUrl,
        MessageBody: step.body === tooLong ? "x".repeat(1_048_577) : (step.body ?? `${number}`),
        DelaySeconds: step.delay,
      });
    case "send-batch": {
      const Entries = step.ids.map((Id, at) => ({ Id, MessageBody: step.body ?? `${number}.${at}` }));
      return new SendMessageBatchCommand({ QueueUrl, Entries });
    }
    case "receive":
      return new ReceiveMessageCommand({
        QueueUrl: step.dead ? dead : work,
        MaxNumberOfMessages: step.most,
        VisibilityTimeout: step.visibility,
        MessageSystemAttributeNames: ["All"],
      });
    case "delete":
      return new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handleOf(step.message) });
    case "delete-batch": {
      const Entries = step.ids.map((Id, at) => ({ Id, ReceiptHandle: handleOf(step.message + at) }));
      return new DeleteMessageBatchCommand({ QueueUrl, Entries });
    }
    case "change-visibility": {
      const [ReceiptHandle, VisibilityTimeout] = [handleOf(step.message), step.seconds];
      return new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout });
    }
    case "count":
      return new GetQueueAttributesCommand({
        QueueUrl: step.dead ? dead : work,
        AttributeNames: [...counted],
      });
    case "find":
      return new GetQueueUrlCommand({ QueueName: step.isThere ? name : "nowhere" });
  }
}
