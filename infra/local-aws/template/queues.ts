import { number, property, refuse, text } from "./properties.ts";
import type { Resource } from "./resources.ts";

export interface QueueDefinition {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly delaySeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly maximumMessageBytes: number;
  readonly receiveWaitSeconds: number;
  /** After how many receives a message goes to which dead-letter queue. */
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
}

/** `AWS::SQS::Queue`, with CloudFormation's defaults. */
export function queueOf(resource: Resource): QueueDefinition {
  refuse(resource, "FifoQueue", "ContentBasedDeduplication");
  const redrive = property(resource, "RedrivePolicy") !== undefined && {
    redrive: {
      deadLetterArn: text(resource, "RedrivePolicy", "deadLetterTargetArn"),
      maxReceiveCount: number(resource, 1, "RedrivePolicy", "maxReceiveCount"),
    },
  };
  return {
    name: resource.arn.split(":").at(-1) ?? "",
    arn: resource.arn,
    url: resource.id,
    delaySeconds: number(resource, 0, "DelaySeconds"),
    visibilityTimeoutSeconds: number(resource, 30, "VisibilityTimeout"),
    retentionSeconds: number(resource, 345_600, "MessageRetentionPeriod"),
    maximumMessageBytes: number(resource, 1_048_576, "MaximumMessageSize"),
    receiveWaitSeconds: number(resource, 0, "ReceiveMessageWaitTimeSeconds"),
    ...redrive,
  };
}
