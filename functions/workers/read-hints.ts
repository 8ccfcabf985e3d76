import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { NotifyMessage } from "../../shared/aws/work-queue.ts";

interface HintBatch extends SQSBatchResponse {
  readonly subjects: readonly string[];
}

function subjectOf(body: string): string | undefined {
  try {
    const { subject, imageId } = JSON.parse(body) as Partial<NotifyMessage & { readonly imageId: unknown }>;
    // Hints that were on their way at an update name an image.
    const named = subject ?? imageId;
    return typeof named === "string" ? named : undefined;
  } catch {
    return undefined;
  }
}

/** The subjects that a batch of hints names. What is no hint fails alone, and not the batch. */
export function readHints(event: SQSEvent): HintBatch {
  const read = event.Records.map(({ messageId, body }) => ({ messageId, subject: subjectOf(body) }));
  return {
    subjects: read.flatMap(({ subject }) => subject ?? []),
    batchItemFailures: read
      .filter(({ subject }) => subject === undefined)
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}
