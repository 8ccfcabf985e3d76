import { Names } from "aws-cdk-lib";
import { CfnScalableTarget, CfnScalingPolicy } from "aws-cdk-lib/aws-applicationautoscaling";
import type { FargateService } from "aws-cdk-lib/aws-ecs";
import { Construct } from "constructs";
import type { IngressLoadBalancer } from "./load-balancer.ts";

/** Percent of a container's processor: hashing is what an upload costs. */
const PROCESSOR_PERCENT = 60;
/** Open connections of clients a container. */
const CONNECTIONS = 300;
/** Bytes that the load balancer moves in a minute for a container, in and out: 40 MiB/s. */
const BYTES_A_MINUTE = 40 * 1024 ** 2 * 60;
/** Goes up within minutes, down slowly: a container that goes is kept until its uploads have ended. */
const cooldowns = { scaleOutCooldown: 60, scaleInCooldown: 600 };

export interface IngressScalingProps {
  readonly service: FargateService;
  readonly front: IngressLoadBalancer;
  readonly fewest: number;
  readonly most: number;
}

/** As many containers as connections, bytes and processors ask for: the largest of the three numbers counts. */
export class IngressScaling extends Construct {
  constructor(scope: Construct, id: string, { service, front, fewest, most }: IngressScalingProps) {
    super(scope, id);
    // Without a role of its own: Application Auto Scaling has one for ECS in each account.
    const containers = new CfnScalableTarget(this, "Containers", {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${service.cluster.clusterName}/${service.serviceName}`,
      minCapacity: fewest,
      maxCapacity: most,
    });
    const follow = (
      name: string,
      metric: Omit<CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty, "scaleInCooldown">,
    ) =>
      new CfnScalingPolicy(this, name, {
        policyName: `${Names.uniqueId(this)}${name}`,
        policyType: "TargetTrackingScaling",
        scalingTargetId: containers.ref,
        targetTrackingScalingPolicyConfiguration: { ...cooldowns, ...metric },
      });
    follow("Processor", {
      targetValue: PROCESSOR_PERCENT,
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    });
    follow("Connections", {
      targetValue: CONNECTIONS,
      customizedMetricSpecification: eachContainers(front, "ActiveFlowCount", "Average"),
    });
    follow("Bandwidth", {
      targetValue: BYTES_A_MINUTE,
      customizedMetricSpecification: eachContainers(front, "ProcessedBytes", "Sum"),
    });
  }
}

/** A metric of the load balancer, divided by the containers that it finds well. */
function eachContainers(
  { balancer, targets }: IngressLoadBalancer,
  metric: string,
  statistic: string,
): CfnScalingPolicy.CustomizedMetricSpecificationProperty {
  const ofBalancer = { name: "LoadBalancer", value: balancer.loadBalancerFullName };
  const ofTargets = { name: "TargetGroup", value: targets.targetGroupFullName };
  const asked = (id: string, metricName: string, stat: string, dimensions: (typeof ofBalancer)[]) => ({
    id,
    metricStat: { metric: { namespace: "AWS/NetworkELB", metricName, dimensions }, stat },
    returnData: false,
  });
  return {
    metrics: [
      asked("all", metric, statistic, [ofBalancer]),
      asked("containers", "HealthyHostCount", "Average", [ofTargets, ofBalancer]),
      { id: "each", expression: "all / containers", returnData: true },
    ],
  };
}
