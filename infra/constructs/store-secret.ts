import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";

/**
 * The keys of a store on an S3 that is not AWS's. It is made without an access key: the operator writes both keys into
 * it (docs/stores.md). Until then the store says so.
 */
export function storeSecret(scope: Construct, id: string): Secret {
  const secret = new Secret(scope, id, {
    description: `Keys of the image service's store ${id}`,
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ access_key: "" }),
      generateStringKey: "secret_key",
      excludePunctuation: true,
    },
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  Validations.of(secret).acknowledge({
    id: "AwsSolutions::AwsSolutions-SMG4",
    reason: "Only the operator of the other S3 can change the keys there.",
  });
  return secret;
}
