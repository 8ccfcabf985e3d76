import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { NotifyMessage } from "../../shared/aws/work-queue.ts";

export interface Hints extends SQSBatchResponse {
  readonly imageIds: readonly string[];
}

function imageIdOf(body: string): string | undefined {
  try {
    const { imageId } = JSON.parse(body) as Partial<NotifyMessage>;
    return typeof imageId === "string" ? imageId : undefined;
  } catch {
    return undefined;
  }
}

/** The images that a batch of hints names. What is no hint fails alone, and not the batch. */
export function readHints(event: SQSEvent): Hints {
  const read = event.Records.map(({ messageId, body }) => ({ messageId, imageId: imageIdOf(body) }));
  return {
    imageIds: read.flatMap(({ imageId }) => imageId ?? []),
    batchItemFailures: read
      .filter(({ imageId }) => imageId === undefined)
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}
