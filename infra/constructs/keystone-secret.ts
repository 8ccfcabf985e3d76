import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";

/**
 * How the functions log in at the Keystone. It is made with a password that nobody has typed: give the Keystone user
 * that one, or write the user's own into the secret (docs/identity.md). Read at each login, so it may change any time.
 */
export function keystoneSecret(scope: Construct, id: string): Secret {
  const secret = new Secret(scope, id, {
    description: "Login of the image service at Keystone",
    generateSecretString: {
      secretStringTemplate: JSON.stringify({
        username: "glance",
        project_name: "service",
        user_domain_name: "Default",
        project_domain_name: "Default",
      }),
      generateStringKey: "password",
      passwordLength: 40,
      excludePunctuation: true,
    },
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  Validations.of(secret).acknowledge({
    id: "AwsSolutions::AwsSolutions-SMG4",
    reason: "Only the operator of the Keystone can change the password there.",
  });
  return secret;
}
