import { type IVpc, Peer, Port, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import { publicNetwork } from "./public-network.ts";

export interface ConverterNetwork {
  readonly vpc: IVpc;
  readonly securityGroup: SecurityGroup;
}

/**
 * A network in which nothing costs by the hour: no NAT, S3 and DynamoDB by gateways of their own, SQS and the container's
 * image by a public address. Nobody comes in, and only to these ports goes anything out.
 */
export function converterNetwork(scope: Construct, id: string, ports: readonly number[]): ConverterNetwork {
  const vpc = publicNetwork(scope, id, {
    reachesTable: true,
    withoutFlowLogs:
      "Converters alone are in it, whose calls CloudTrail and S3's own logs can tell; flow logs cost by the gigabyte.",
  });
  const securityGroup = new SecurityGroup(scope, `${id}Access`, {
    vpc,
    allowAllOutbound: false,
    description: "Converters: HTTPS out, nothing in",
  });
  for (const port of ports)
    securityGroup.addEgressRule(
      Peer.anyIpv4(),
      Port.tcp(port),
      port === 443 ? "S3, DynamoDB, SQS, ECR" : "Stores on other hosts",
    );
  return { vpc, securityGroup };
}
