import { Validations } from "aws-cdk-lib";
import { GatewayVpcEndpointAwsService, type ISubnet, type IVpc, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import type { SynthSettings } from "../../../shared/settings.ts";

export interface IngressNetwork {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
}

/** The VPC and subnets of the settings; without any, a VPC with two public subnets, which costs nothing by itself. */
export function ingressNetwork(
  scope: Construct,
  id: string,
  { ingress_vpc_id: vpcId, ingress_subnets: subnetIds }: SynthSettings,
): IngressNetwork {
  if (vpcId !== "") {
    // Not looked up: a template must not depend on the account that it is made in. The zones' names are asked for, not used.
    const availabilityZones = subnetIds.map((_, at) => `zone-${at}`);
    const vpc = Vpc.fromVpcAttributes(scope, id, {
      vpcId,
      availabilityZones,
      publicSubnetIds: [...subnetIds],
    });
    return { vpc, subnets: vpc.publicSubnets };
  }
  const vpc = new Vpc(scope, id, {
    maxAzs: 2,
    natGateways: 0,
    // It would be a function with rights of its own, that changes what nobody uses.
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [{ name: "public", subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false }],
    // All image data goes this way, for nothing.
    gatewayEndpoints: { s3: { service: GatewayVpcEndpointAwsService.S3 } },
  });
  Validations.of(vpc).acknowledge({
    id: "AwsSolutions::AwsSolutions-VPC7",
    reason: "The ingress logs each request itself; flow logs cost by the gigabyte.",
  });
  // The CDK's own types differ in what may be undefined.
  return { vpc: vpc as IVpc, subnets: vpc.publicSubnets };
}
