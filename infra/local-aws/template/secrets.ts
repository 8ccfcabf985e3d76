import { property, refuse } from "./properties.ts";
import type { Resource } from "./resources.ts";

export interface SecretDefinition {
  readonly arn: string;
  /** In its stack: the name of its file. */
  readonly logicalId: string;
}

/** `AWS::SecretsManager::Secret`. No text is generated: the runtime's options say it. */
export function secretOf(resource: Resource): SecretDefinition {
  refuse(resource, "KmsKeyId", "ReplicaRegions");
  // A text in the template would be readable by everybody who may read the template.
  if (property(resource, "SecretString") !== undefined)
    throw new Error(`${resource.stack}/${resource.logicalId} has its text in the template`);
  return { arn: resource.arn, logicalId: resource.logicalId };
}
