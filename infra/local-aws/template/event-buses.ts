import { refuse } from "./properties.ts";
import type { Resource } from "./resources.ts";

export interface EventBusDefinition {
  readonly name: string;
  readonly arn: string;
}

/** `AWS::Events::EventBus`. */
export function eventBusOf(resource: Resource): EventBusDefinition {
  refuse(resource, "EventSourceName", "KmsKeyIdentifier", "Policy");
  return { name: resource.id, arn: resource.arn };
}
