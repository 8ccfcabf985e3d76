import { RemovalPolicy } from "aws-cdk-lib";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

/**
 * A key that signs with ES256. It outlives its stack: what was signed with it stays valid. What a stack leaves that
 * could not be made goes with it, unused as it is (CloudFormation, RetainExceptOnCreate).
 */
const signingKey = (scope: Construct, id: string, description: string): Key =>
  new Key(scope, id, {
    description,
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });

/** Signs the identity service's tokens. */
export const tokenKey = (scope: Construct, id: string): Key =>
  signingKey(scope, id, "Signs tokens of the image service");

/** Signs statements about images: another key than the tokens', so that whoever may sign these forges none of those. */
export const statementKey = (scope: Construct, id: string): Key =>
  signingKey(scope, id, "Signs statements about images of the image service");
