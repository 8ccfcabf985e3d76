import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Hides a received message for so many seconds from now, at most 12 hours from when it was received. */
export const postponeMessage =
  (client: SQSClient, QueueUrl: string) =>
  async (ReceiptHandle: string, VisibilityTimeout: number): Promise<void> => {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  };
