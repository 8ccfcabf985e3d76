import { Validations } from "aws-cdk-lib";
import { GatewayVpcEndpointAwsService, type IVpc, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";

export interface PublicNetworkProps {
  /** Beside S3: what its containers reach by a gateway of the VPC, which costs nothing. */
  readonly reachesTable?: boolean;
  /** Why no flow logs are needed. */
  readonly withoutFlowLogs: string;
}

/** A VPC of two public subnets in which nothing costs by the hour: no NAT, and all image data goes by a gateway to S3. */
export function publicNetwork(
  scope: Construct,
  id: string,
  { reachesTable = false, withoutFlowLogs }: PublicNetworkProps,
): IVpc {
  const vpc = new Vpc(scope, id, {
    maxAzs: 2,
    natGateways: 0,
    // It would be a function with rights of its own, that changes what nobody uses.
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [{ name: "public", subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false }],
    gatewayEndpoints: {
      s3: { service: GatewayVpcEndpointAwsService.S3 },
      ...(reachesTable && { dynamodb: { service: GatewayVpcEndpointAwsService.DYNAMODB } }),
    },
  });
  Validations.of(vpc).acknowledge({ id: "AwsSolutions::AwsSolutions-VPC7", reason: withoutFlowLogs });
  // The CDK's own types differ in what may be undefined.
  return vpc as IVpc;
}
