import { RemovalPolicy } from "aws-cdk-lib";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

/**
 * Signs the identity service's tokens (ES256). It outlives its stack: tokens signed with it stay valid for hours. What a
 * stack leaves that could not be made goes with it, unused as it is (CloudFormation, RetainExceptOnCreate).
 */
export const tokenKey = (scope: Construct, id: string): Key =>
  new Key(scope, id, {
    description: "Signs tokens of the image service",
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
