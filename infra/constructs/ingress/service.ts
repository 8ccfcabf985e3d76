import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { Platform } from "aws-cdk-lib/aws-ecr-assets";
import {
  Cluster,
  ContainerImage,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LogDriver,
  OperatingSystemFamily,
} from "aws-cdk-lib/aws-ecs";
import type { Role } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { SynthSettings } from "../../../shared/settings.ts";
import { INGRESS_PORT, type IngressLoadBalancer } from "./load-balancer.ts";
import type { IngressNetwork } from "./network.ts";
import { registryImage } from "./registry-image.ts";

/**
 * Fargate kills a container 120 s after it asked it to stop, at the latest (ECS guide, task definition parameters,
 * `stopTimeout`). Uploads are not cut off by that: it is asked only when the load balancer has let it go, which is after
 * `ingress_drain_seconds` (ECS guide, "Optimize load balancer connection draining parameters").
 */
const STOP_SECONDS = 120;
const GRACE_SECONDS = 110;
/** What an upload holds is 80 MiB for images of up to 156 GiB (docs/transfers.md). */
const MAX_UPLOADS = 16;
const MEMORY_MEBIBYTES = 4096;
/** All of them may come from one address: the NAT of a cloud. */
const CONNECTIONS = 2000;

export interface IngressServiceProps {
  readonly network: IngressNetwork;
  readonly front: IngressLoadBalancer;
  readonly settings: SynthSettings;
  /** Base URL of the image API. */
  readonly endpoint: string;
  /** Folder with the program and its Dockerfile; asked only when no image is named. */
  readonly program: () => string;
}

/** The containers of the ingress, without any right on AWS: callers' tokens and presigned URLs are all it has. */
export class IngressService extends Construct {
  readonly service: FargateService;

  constructor(
    scope: Construct,
    id: string,
    { network, front, settings, endpoint, program }: IngressServiceProps,
  ) {
    super(scope, id);
    const task = new FargateTaskDefinition(this, "Task", {
      cpu: 1024,
      memoryLimitMiB: MEMORY_MEBIBYTES,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
    });
    const image = settings.ingress_image;
    task
      .addContainer("ingress", {
        image:
          image === ""
            ? ContainerImage.fromAsset(program(), { platform: Platform.LINUX_ARM64 })
            : registryImage(image),
        command: [
          ...["--endpoint", endpoint, "--public-url", settings.ingress_public_url],
          ...["--listen", String(INGRESS_PORT), "--host", "0.0.0.0"],
          ...["--max-uploads", String(MAX_UPLOADS), "--max-connections", String(CONNECTIONS)],
          ...["--max-connections-per-address", String(CONNECTIONS)],
          ...["--grace", String(GRACE_SECONDS)],
        ],
        readonlyRootFilesystem: true,
        user: "1000",
        stopTimeout: Duration.seconds(STOP_SECONDS),
        logging: LogDriver.awsLogs({
          streamPrefix: "ingress",
          logGroup: new LogGroup(this, "Log", {
            retention: RetentionDays.ONE_MONTH,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        }),
      })
      .addPortMappings({ containerPort: INGRESS_PORT });

    const cluster = new Cluster(this, "Cluster", { vpc: network.vpc });
    this.service = new FargateService(this, "Service", {
      // The CDK's own types differ in what may be undefined.
      cluster: cluster as ICluster,
      taskDefinition: task,
      // The number is the scaling's to change: a deployment that names one would set it back.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      // In a VPC of the operator's that clients reach from inside, its routes lead out.
      assignPublicIp: settings.ingress_scheme === "internet-facing",
      vpcSubnets: { subnets: [...network.subnets] },
      securityGroups: [front.containers],
      healthCheckGracePeriod: Duration.minutes(1),
    });
    this.service.attachToNetworkTargetGroup(front.targets);
    this.#acknowledge(cluster, task);
  }

  #acknowledge(cluster: Cluster, task: FargateTaskDefinition): void {
    const acknowledge = (construct: Construct, id: string, reason: string) =>
      Validations.of(construct).acknowledge({ id: `AwsSolutions::AwsSolutions-${id}`, reason });
    acknowledge(cluster, "ECS4", "Container Insights cost by the metric; the ingress logs each request.");
    const execution = task.executionRole;
    if (execution)
      acknowledge(
        execution as Role,
        "IAM5[Resource::*]",
        "ecr:GetAuthorizationToken has no resource: a container's image is fetched with it.",
      );
  }
}
