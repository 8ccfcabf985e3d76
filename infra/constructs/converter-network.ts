import { Validations } from "aws-cdk-lib";
import {
  GatewayVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";

export interface ConverterNetwork {
  readonly vpc: IVpc;
  readonly securityGroup: SecurityGroup;
}

/**
 * A network in which nothing costs by the hour: no NAT, S3 and DynamoDB by gateways of their own, SQS and the container's
 * image by a public address. Nobody comes in, and only to these ports goes anything out.
 */
export function converterNetwork(scope: Construct, id: string, ports: readonly number[]): ConverterNetwork {
  const vpc = new Vpc(scope, id, {
    maxAzs: 2,
    natGateways: 0,
    // It would be a function with rights of its own that changes what nobody uses.
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [{ name: "public", subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false }],
    gatewayEndpoints: {
      s3: { service: GatewayVpcEndpointAwsService.S3 },
      dynamodb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
    },
  });
  Validations.of(vpc).acknowledge({
    id: "AwsSolutions::AwsSolutions-VPC7",
    reason:
      "Converters alone are in it, whose calls CloudTrail and S3's own logs can tell; flow logs cost by the gigabyte.",
  });
  // The CDK's own types differ in what may be undefined.
  const shared = vpc as IVpc;
  const securityGroup = new SecurityGroup(scope, `${id}Access`, {
    vpc: shared,
    allowAllOutbound: false,
    description: "Converters: HTTPS out, nothing in",
  });
  for (const port of ports)
    securityGroup.addEgressRule(
      Peer.anyIpv4(),
      Port.tcp(port),
      port === 443 ? "S3, DynamoDB, SQS, ECR" : "Stores on other hosts",
    );
  return { vpc: shared, securityGroup };
}
