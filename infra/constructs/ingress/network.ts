import { type ISubnet, type IVpc, Vpc } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import type { SynthSettings } from "../../../shared/settings.ts";
import { publicNetwork } from "../public-network.ts";

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
  const vpc = publicNetwork(scope, id, {
    withoutFlowLogs: "The ingress logs each request itself; flow logs cost by the gigabyte.",
  });
  return { vpc, subnets: vpc.publicSubnets };
}
