import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { Secret, type SecretProps } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { storeSecretForm } from "../../shared/settings/stores/store-secret-form.ts";
import type { S3StoreSetting, SwiftStoreSetting } from "../../shared/settings/stores/store-setting.ts";

interface OperatorsSecret extends Required<Pick<SecretProps, "description">> {
  /** What is in it from the beginning. */
  readonly known: Readonly<Record<string, string>>;
  /** The member that is made up, so that no secret is there with a value that somebody has typed. */
  readonly madeUp: string;
  readonly length?: number;
  /** Who alone can change it where it is good for something, which is why it is not rotated. */
  readonly changedBy: string;
}

/** A secret for another service, into which its operator writes what is good there. It outlives its stack. */
function operatorsSecret(scope: Construct, id: string, given: OperatorsSecret): Secret {
  const { description, known, madeUp, length, changedBy } = given;
  const secret = new Secret(scope, id, {
    description,
    generateSecretString: {
      secretStringTemplate: JSON.stringify(known),
      generateStringKey: madeUp,
      ...(length !== undefined && { passwordLength: length }),
      excludePunctuation: true,
    },
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  const reason = `Only ${changedBy} there.`;
  Validations.of(secret).acknowledge({ id: "AwsSolutions::AwsSolutions-SMG4", reason });
  return secret;
}

/**
 * How the functions log in at the Keystone. It is made with a password that nobody has typed: give the Keystone user
 * that one, or write the user's own into the secret (docs/identity.md). Read at each login, so it may change any time.
 */
export const keystoneSecret = (scope: Construct, id: string): Secret =>
  operatorsSecret(scope, id, {
    description: "Login of the image service at Keystone",
    known: {
      username: "glance",
      project_name: "service",
      user_domain_name: "Default",
      project_domain_name: "Default",
    },
    madeUp: "password",
    length: 40,
    changedBy: "the operator of the Keystone can change the password",
  });

/**
 * The keys of a store on another host. It is made without what only that host can say: the operator writes all of it into
 * it (docs/stores.md). Until then the store says so.
 */
export function storeSecret(scope: Construct, store: S3StoreSetting | SwiftStoreSetting): Secret {
  const { given, drawn } = storeSecretForm(store);
  return operatorsSecret(scope, store.id, {
    description: `Keys of the image service's store ${store.id}`,
    known: Object.fromEntries(given.map((name) => [name, ""])),
    madeUp: drawn,
    changedBy: "the operator of the other host can change the keys",
  });
}
