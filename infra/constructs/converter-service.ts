import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { SubnetType } from "aws-cdk-lib/aws-ec2";
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
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { environmentVariable } from "../../shared/environment.ts";
import { settingsEnvironment } from "../../shared/settings.ts";
import type { Bundle } from "../bundle.ts";
import { programs } from "../functions/programs.ts";
import type { ConverterNetwork } from "./converter-network.ts";
import type { FunctionContext } from "./function-context.ts";
import { accessPolicy, resourceEnvironment } from "./granted-access.ts";

const SCRATCH = "/scratch";
/** Beside what qemu-img may ask for: Node with two parts of the largest image, and the kernel's cache. */
const memoryMegabytes = (addressSpaceGibibytes: number): number => (addressSpaceGibibytes > 2 ? 8192 : 4096);

export interface ConverterServiceProps {
  readonly context: FunctionContext;
  readonly program: Bundle;
  readonly network: ConverterNetwork;
}

/** As many converters as the settings say, each a container on Fargate with a role that has their rights and no others. */
export class ConverterService extends Construct {
  readonly cluster: Cluster;
  readonly service: FargateService;

  constructor(scope: Construct, id: string, { context, program, network }: ConverterServiceProps) {
    super(scope, id);
    const { settings } = context;
    const { access, does } = programs.converter;
    const taskRole = new Role(this, "Role", {
      description: does,
      assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com"),
      inlinePolicies: { access: accessPolicy(this, access, context) },
    });

    const task = new FargateTaskDefinition(this, "Task", {
      taskRole,
      cpu: 1024,
      memoryLimitMiB: memoryMegabytes(settings.image_conversion_address_space_limit),
      ephemeralStorageGiB: settings.image_converter_disk,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      volumes: [{ name: "scratch" }],
    });
    const container = task.addContainer("converter", {
      image: ContainerImage.fromAsset(program.directory, { platform: Platform.LINUX_ARM64 }),
      command: ["node", "index.mjs"],
      // The only place that is written is the scratch disk.
      readonlyRootFilesystem: true,
      environment: {
        POWERTOOLS_SERVICE_NAME: "converter",
        [environmentVariable("scratchFolder")]: SCRATCH,
        ...resourceEnvironment(access, context),
        ...settingsEnvironment(settings),
      },
      logging: LogDriver.awsLogs({
        streamPrefix: "converter",
        logGroup: new LogGroup(this, "Log", {
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      }),
    });
    container.addMountPoints({ containerPath: SCRATCH, sourceVolume: "scratch", readOnly: false });

    this.cluster = new Cluster(this, "Cluster", { vpc: network.vpc });
    this.service = new FargateService(this, "Service", {
      cluster: this.cluster as ICluster,
      taskDefinition: task,
      desiredCount: settings.image_converters,
      // A new one is there before an old one goes; what that has in hand is begun again.
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      assignPublicIp: true,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      securityGroups: [network.securityGroup],
    });
    this.#acknowledge(task);
  }

  #acknowledge(task: FargateTaskDefinition): void {
    const acknowledge = (construct: Construct, id: string, reason: string) =>
      Validations.of(construct).acknowledge({ id: `AwsSolutions::AwsSolutions-${id}`, reason });
    acknowledge(task, "ECS2", "What its variables name is no secret: resources and settings.");
    acknowledge(
      this.cluster,
      "ECS4",
      "Container Insights cost by the metric; the log tells what converters do.",
    );
    acknowledge(
      task.obtainExecutionRole() as Role,
      "IAM5[Resource::*]",
      "ecr:GetAuthorizationToken has no resource: a container's image is fetched with it.",
    );
  }
}
