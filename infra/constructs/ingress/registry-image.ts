import { ContainerImage } from "aws-cdk-lib/aws-ecs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";

/** `123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/ingress@sha256:…` */
const inEcr = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?\/([^:@]+)/;

/** An image of a registry; where that is ECR, the role that starts the container may fetch this one and no other. */
export function registryImage(name: string): ContainerImage {
  const image = ContainerImage.fromRegistry(name);
  const [isOfEcr, account, region, china, repository] = inEcr.exec(name) ?? [];
  if (isOfEcr === undefined) return image;
  const arn = `arn:${china ? "aws-cn" : "aws"}:ecr:${region}:${account}:repository/${repository}`;
  return {
    bind: (scope, container) => {
      const { taskDefinition } = container;
      taskDefinition.addToExecutionRolePolicy(
        new PolicyStatement({ actions: ["ecr:GetAuthorizationToken"], resources: ["*"] }),
      );
      taskDefinition.addToExecutionRolePolicy(
        new PolicyStatement({
          actions: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
          resources: [arn],
        }),
      );
      return image.bind(scope, container);
    },
  };
}
