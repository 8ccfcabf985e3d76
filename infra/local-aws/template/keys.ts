import { property } from "./properties.ts";
import type { Resource } from "./resources.ts";

export interface KeyDefinition {
  readonly id: string;
  readonly arn: string;
}

/** `AWS::KMS::Key`: only signing keys on P-256 are emulated. */
export function keyOf(resource: Resource): KeyDefinition {
  const [spec, usage] = [property(resource, "KeySpec"), property(resource, "KeyUsage")];
  if (spec !== "ECC_NIST_P256" || usage !== "SIGN_VERIFY") {
    throw new Error(
      `${resource.stack}/${resource.logicalId} is a KMS key ${spec} for ${usage}: the local runtime has ECC_NIST_P256 for SIGN_VERIFY only`,
    );
  }
  return { id: resource.id, arn: resource.arn };
}
