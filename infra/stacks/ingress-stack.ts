import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { SynthSettings } from "../../shared/settings.ts";
import { IngressLoadBalancer } from "../constructs/ingress/load-balancer.ts";
import { ingressNetwork } from "../constructs/ingress/network.ts";
import { IngressScaling } from "../constructs/ingress/scaling.ts";
import { IngressService } from "../constructs/ingress/service.ts";

export interface IngressStackProps {
  readonly settings: SynthSettings;
  /** Base URL of the image API. */
  readonly endpoint: string;
  /** Makes the folder with the program and its Dockerfile. */
  readonly program: () => string;
}

/** The ingress as containers behind a load balancer, for clients that send whole images. Costs by the hour. */
export class IngressStack extends Stack {
  constructor(scope: Construct, id: string, { settings, endpoint, program }: IngressStackProps) {
    super(scope, id, { description: "Image service: ingress of whole images" });
    const network = ingressNetwork(this, "Network", settings);
    const front = new IngressLoadBalancer(this, "Front", { network, settings });
    const { service } = new IngressService(this, "Ingress", { network, front, settings, endpoint, program });
    const { ingress_tasks_min: fewest, ingress_tasks_max: most } = settings;
    new IngressScaling(this, "Scaling", { service, front, fewest, most });
    new CfnOutput(this, "IngressName", {
      value: front.balancer.loadBalancerDnsName,
      description: `What the name of ${settings.ingress_public_url} must lead to`,
    });
  }
}
