import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseIngressArguments } from "../../../client/ingress/arguments.ts";
import { bundleIngress } from "../../../infra/bundling/bundle-ingress.ts";
import { appSettings } from "../../../infra/stacks/app-settings.ts";
import { synthesise } from "./synthesise.ts";

const settings = {
  ingress_public_url: "https://images.example",
  ingress_certificate_arn: "arn:aws:acm:eu-central-1:123456789012:certificate/0123-4567",
};

/** Properties of the only resource of a type. */
// biome-ignore lint/suspicious/noExplicitAny: a template as CDK hands it out, any resource's properties
type Properties = any;
function onlyOne(
  template: { findResources(type: string): Record<string, Properties> },
  type: string,
): Properties {
  const found = Object.values(template.findResources(type));
  expect([type, found.length]).toEqual([type, 1]);
  return found[0].Properties;
}

/** What AWS lets a container have to stop; more is refused when it is deployed. */
const FARGATE_MOST_STOP_SECONDS = 120;

test("an ingress of its own: without rights, behind a balancer that answers nothing itself", async () => {
  const { ingress, api } = await synthesise({ settings });
  if (!ingress) throw new Error("no ingress");
  expect(onlyOne(ingress, "AWS::ElasticLoadBalancingV2::LoadBalancer")).toMatchObject({ Type: "network" });
  const attributes = onlyOne(ingress, "AWS::ElasticLoadBalancingV2::TargetGroup").TargetGroupAttributes;
  expect(attributes).toEqual(
    expect.arrayContaining([
      { Key: "deregistration_delay.timeout_seconds", Value: "3600" },
      { Key: "deregistration_delay.connection_termination.enabled", Value: "false" },
      { Key: "target_health_state.unhealthy.connection_termination.enabled", Value: "false" },
      { Key: "preserve_client_ip.enabled", Value: "true" },
    ]),
  );
  expect(onlyOne(ingress, "AWS::ElasticLoadBalancingV2::Listener")).toMatchObject({
    Port: 443,
    Protocol: "TLS",
  });

  // The role of its code has no policy at all; the other one starts the container.
  const task = onlyOne(ingress, "AWS::ECS::TaskDefinition");
  const [taskRole] = task.TaskRoleArn["Fn::GetAtt"];
  const roles = ingress.findResources("AWS::IAM::Role");
  expect(roles[taskRole]?.Properties).not.toHaveProperty("Policies");
  expect(roles[taskRole]?.Properties).not.toHaveProperty("ManagedPolicyArns");
  for (const { Properties } of Object.values(ingress.findResources("AWS::IAM::Policy")))
    expect(Properties.Roles).not.toContainEqual({ Ref: taskRole });

  // Its program takes these arguments.
  const [container] = task.ContainerDefinitions;
  const words = container.Command.map((word: unknown) =>
    typeof word === "string" ? word : "https://api/prod",
  );
  const { graceMs, ...given } = parseIngressArguments(words);
  expect(given.maxConnectionsPerAddress).toBe(given.maxConnections);
  expect(given).toMatchObject({ publicUrl: settings.ingress_public_url, port: 9292, host: "0.0.0.0" });
  expect(container.PortMappings).toEqual([{ ContainerPort: given.port, Protocol: "tcp" }]);
  expect(container.StopTimeout).toBeLessThanOrEqual(FARGATE_MOST_STOP_SECONDS);
  expect(graceMs / 1000).toBeLessThan(container.StopTimeout);
  expect(container).toMatchObject({ ReadonlyRootFilesystem: true, User: "1000" });

  // A deployment that named a number would undo the scaling's.
  const service = onlyOne(ingress, "AWS::ECS::Service");
  expect(service).not.toHaveProperty("DesiredCount");
  expect(service.DeploymentConfiguration).toMatchObject({
    MinimumHealthyPercent: 100,
    DeploymentCircuitBreaker: { Enable: true, Rollback: true },
  });
  expect(Object.keys(ingress.findResources("AWS::ApplicationAutoScaling::ScalingPolicy"))).toHaveLength(3);

  // It asks for outputs, which keep no stack from being deployed without an ingress again.
  const text = JSON.stringify(ingress.toJSON());
  expect(text).toContain('"Fn::GetStackOutput":{"StackName":"glance-api"');
  expect(text).not.toContain("Fn::ImportValue");
  expect(JSON.stringify(api.toJSON().Outputs)).not.toContain('"Export"');
}, 60_000);

test("in a VPC of the operator's nothing of a network is made, and only the named image is fetched", async () => {
  const { ingress } = await synthesise({
    settings: {
      ...settings,
      ingress_vpc_id: "vpc-0123456789abcdef0",
      ingress_subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      ingress_scheme: "internal",
      ingress_allowed_networks: ["10.0.0.0/8"],
      ingress_image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/ingress@sha256:00",
    },
  });
  if (!ingress) throw new Error("no ingress");
  ingress.resourceCountIs("AWS::EC2::VPC", 0);
  expect(onlyOne(ingress, "AWS::ElasticLoadBalancingV2::LoadBalancer")).toMatchObject({
    Scheme: "internal",
    Subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  });
  const { AwsvpcConfiguration } = onlyOne(ingress, "AWS::ECS::Service").NetworkConfiguration;
  expect(AwsvpcConfiguration.AssignPublicIp).toBe("DISABLED");
  const [front] = Object.values(ingress.findResources("AWS::EC2::SecurityGroup")).filter(
    ({ Properties }) => Properties.SecurityGroupIngress,
  );
  expect(front?.Properties.SecurityGroupIngress).toMatchObject([{ CidrIp: "10.0.0.0/8", FromPort: 443 }]);
  const { PolicyDocument } = onlyOne(ingress, "AWS::IAM::Policy");
  expect(PolicyDocument.Statement).toContainEqual(
    expect.objectContaining({ Resource: "arn:aws:ecr:eu-central-1:123456789012:repository/team/ingress" }),
  );
}, 60_000);

test("without a public URL there is no ingress stack", async () => {
  expect((await synthesise()).ingress).toBeUndefined();
}, 60_000);

test.each([
  [{ ingress_image: "x:1" }, /GLANCE_INGRESS_PUBLIC_URL is missing/],
  [{ ingress_public_url: "http://images.example" }, /expected https:\/\/NAME/],
  [{ ingress_public_url: "https://images.example/image" }, /expected https:\/\/NAME/],
  [{ ingress_public_url: "https://images.example:9292" }, /expected https:\/\/NAME/],
  [{ ingress_public_url: "https://images.example" }, /needs GLANCE_INGRESS_CERTIFICATE_ARN/],
  [{ ...settings, ingress_certificate_arn: "arn:aws:iam::1:x" }, /GLANCE_INGRESS_CERTIFICATE_ARN: expected/],
  [{ ...settings, ingress_vpc_id: "vpc-0123456789abcdef0" }, /set both/],
  [{ ...settings, ingress_subnets: "subnet-0123456789abcdef0" }, /set both/],
  [
    { ...settings, ingress_vpc_id: "vpc-0123456789abcdef0", ingress_subnets: "subnet-0123456789abcdef0" },
    /two availability zones/,
  ],
  [
    { ...settings, ingress_vpc_id: "vpc-0123456789abcdef0", ingress_subnets: "10.0.0.0/24,x" },
    /not "10.0.0.0\/24"/,
  ],
  [{ ...settings, ingress_scheme: "internal" }, /needs GLANCE_INGRESS_VPC_ID/],
  [{ ...settings, ingress_tasks_min: 11 }, /larger than GLANCE_INGRESS_TASKS_MAX/],
])("half of the settings, or wrong ones: one sentence: %j", (given, message) => {
  expect(() => appSettings(given, {})).toThrow(message);
});

test("the container's folder holds the program in one file, and its Dockerfile", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ingress-program-"));
  try {
    bundleIngress(folder);
    expect(await readFile(join(folder, "Dockerfile"), "utf8")).toContain("COPY index.mjs ./");
    expect(await readFile(join(folder, "index.mjs"), "utf8")).toContain("--first-byte-timeout");
  } finally {
    await rm(folder, { recursive: true });
  }
});
