import { Duration, Validations } from "aws-cdk-lib";
import { type ISecurityGroup, Peer, Port, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import {
  ListenerCertificate,
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  SslPolicy,
  TargetType,
} from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { Construct } from "constructs";
import type { SynthSettings } from "../../../shared/settings.ts";
import type { IngressNetwork } from "./network.ts";

/** Where the containers listen. */
export const INGRESS_PORT = 9292;
const HTTPS = 443;
const EVERYBODY = ["0.0.0.0/0"];

export interface IngressLoadBalancerProps {
  readonly network: IngressNetwork;
  readonly settings: SynthSettings;
}

/**
 * Takes TLS and hands the connections on as they are. A network load balancer, because it never answers by itself: an
 * application load balancer says 503 while no container is there and 502 when one goes, and OpenStack's clients then
 * repeat an upload with an empty body. It also keeps a connection open while both sides wait, as long as one of them
 * sends TCP keep-alives, which the ingress does each 30 s (ELB guide, "Listeners for your Network Load Balancers", idle
 * timeout: 350 s for TLS, and keep-alives are passed on).
 */
export class IngressLoadBalancer extends Construct {
  readonly balancer: NetworkLoadBalancer;
  readonly targets: NetworkTargetGroup;
  /** Lets its containers be reached by the load balancer alone. */
  readonly containers: SecurityGroup;

  constructor(scope: Construct, id: string, { network, settings }: IngressLoadBalancerProps) {
    super(scope, id);
    const { vpc, subnets } = network;
    const front = new SecurityGroup(this, "Front", {
      vpc,
      allowAllOutbound: false,
      description: "Clients of the ingress: HTTPS",
    });
    this.containers = new SecurityGroup(this, "Containers", {
      vpc,
      allowAllOutbound: false,
      description: "Containers of the ingress: from the load balancer, and HTTPS out",
    });
    this.#allow(front, settings.ingress_allowed_networks);

    this.balancer = new NetworkLoadBalancer(this, "Balancer", {
      vpc,
      vpcSubnets: { subnets: [...subnets] },
      internetFacing: settings.ingress_scheme === "internet-facing",
      // A container in another zone takes what comes into one that has none.
      crossZoneEnabled: true,
      securityGroups: [front as ISecurityGroup],
    });
    Validations.of(this.balancer).acknowledge({
      id: "AwsSolutions::AwsSolutions-ELB2",
      reason:
        "The ingress logs each request itself; the balancer's log of connections needs a bucket to fill.",
    });
    // Named by the scheme: that replaces the balancer, and a target group can be of one balancer only.
    this.targets = new NetworkTargetGroup(this, `Targets-${settings.ingress_scheme}`, {
      vpc,
      port: INGRESS_PORT,
      protocol: Protocol.TCP,
      targetType: TargetType.IP,
      // Bounds by address, and the log, mean the client's own.
      preserveClientIp: true,
      deregistrationDelay: Duration.seconds(settings.ingress_drain_seconds),
      connectionTermination: false,
      // The TCP connection alone: a request would be one to the API, for money.
      healthCheck: {
        protocol: Protocol.TCP,
        interval: Duration.seconds(10),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
    // A container that is too busy to be found well still has uploads under way.
    this.targets.setAttribute("target_health_state.unhealthy.connection_termination.enabled", "false");
    this.balancer.addListener("Https", {
      port: HTTPS,
      protocol: Protocol.TLS,
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      certificates: [ListenerCertificate.fromArn(settings.ingress_certificate_arn)],
      defaultTargetGroups: [this.targets],
    });
  }

  #allow(front: SecurityGroup, networks: readonly string[]): void {
    for (const network of networks.length > 0 ? networks : EVERYBODY)
      front.addIngressRule(network.includes(":") ? Peer.ipv6(network) : Peer.ipv4(network), Port.tcp(HTTPS));
    front.addEgressRule(this.containers, Port.tcp(INGRESS_PORT));
    this.containers.addIngressRule(front, Port.tcp(INGRESS_PORT));
    this.containers.addEgressRule(
      Peer.anyIpv4(),
      Port.tcp(HTTPS),
      "The image API, S3, the registry of its image",
    );
    Validations.of(front).acknowledge({
      id: "AwsSolutions::AwsSolutions-EC23",
      reason: "An image API is for everybody who can log in, unless ingress_allowed_networks says otherwise.",
    });
  }
}
