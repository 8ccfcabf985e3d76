import { number, optionalText, property, refuse, text } from "./properties.ts";
import type { Resource } from "./resources.ts";

/** How Lambda treats asynchronous invocations of a function. */
export interface AsyncConfig {
  /** Name or ARN. */
  readonly functionName: string;
  readonly retryAttempts: number;
  readonly maximumAgeSeconds: number;
  /** ARN of the queue that is told of invocations that failed in the end. */
  readonly onFailure?: string;
}

/** Without a configuration (Lambda guide, "invocation-async-error-handling"): two more tries, six hours. */
export const asyncDefaults = { retryAttempts: 2, maximumAgeSeconds: 21_600 } as const;

/** `AWS::Lambda::EventInvokeConfig` of the unpublished version, with a queue as destination if any. */
export function asyncConfigOf(resource: Resource): AsyncConfig {
  const qualifier = text(resource, "Qualifier");
  if (qualifier !== "$LATEST")
    throw new Error(`${resource.logicalId} is for ${qualifier}: only $LATEST runs here`);
  if (property(resource, "DestinationConfig", "OnSuccess") !== undefined)
    refuse({ ...resource, properties: { OnSuccess: true } }, "OnSuccess");
  const onFailure = optionalText(resource, "DestinationConfig", "OnFailure", "Destination");
  return {
    functionName: text(resource, "FunctionName"),
    retryAttempts: number(resource, asyncDefaults.retryAttempts, "MaximumRetryAttempts"),
    maximumAgeSeconds: number(resource, asyncDefaults.maximumAgeSeconds, "MaximumEventAgeInSeconds"),
    ...(onFailure !== undefined && { onFailure }),
  };
}
