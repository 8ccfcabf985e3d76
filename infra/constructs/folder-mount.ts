import { Validations } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { CfnFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { FileStoreSetting } from "../../shared/settings/stores/store-setting.ts";

/** The one folder that functions can have mounted. */
export type MountedFolder = FileStoreSetting & Required<Pick<FileStoreSetting, "mount">>;

/** The file systems among which an access point is one's: its own ARN does not say which. */
export const fileSystemsOf = (accessPoint: string): string =>
  accessPoint.replace(/access-point\/.*$/, "file-system/*");

/** What Lambda does with the function's role in its network (Lambda guide, "Giving Lambda functions access to a VPC"). */
const inNetwork = [
  ...["CreateNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "DeleteNetworkInterface"],
  ...["AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"],
].map((action) => `ec2:${action}`);

/** Lambda's own rights in the network; the function's code has none of them. */
export const networkPolicy = (): PolicyDocument =>
  new PolicyDocument({
    statements: [
      new PolicyStatement({ actions: inNetwork, resources: ["*"] }),
      PolicyStatement.fromJson({
        Effect: "Deny",
        Action: inNetwork,
        Resource: "*",
        Condition: { ArnLike: { "lambda:SourceFunctionArn": "arn:*:lambda:*:*:function:*" } },
      }),
    ],
  });

/** Puts a function into the folder's network, with the folder mounted. Its role has `networkPolicy`. */
export function mountFolder(lambda: LambdaFunction, { datadir, mount }: MountedFolder): void {
  const made = lambda.node.defaultChild as CfnFunction;
  made.vpcConfig = { subnetIds: [...mount.subnets], securityGroupIds: [...mount.securityGroups] };
  made.fileSystemConfigs = [{ arn: mount.accessPoint, localMountPath: datadir }];
}

export function acknowledgeFolder(role: Role, { mount }: MountedFolder): void {
  const acknowledge = (resource: string, reason: string) =>
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`,
      reason,
    });
  acknowledge(
    fileSystemsOf(mount.accessPoint),
    "An access point's ARN does not say of which file system it is: the condition allows that access point alone.",
  );
  acknowledge(
    "*",
    "EC2 gives the ids of network interfaces; only Lambda makes them, and the function's code may not.",
  );
}
