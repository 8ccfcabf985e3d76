import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { bundleFunctions } from "../../../infra/bundle.ts";
import { policyStatements } from "../../../infra/constructs/access-policy.ts";
import { converterNetwork } from "../../../infra/constructs/converter-network.ts";
import { storePorts } from "../../../infra/constructs/store-ports.ts";
import { programs } from "../../../infra/functions/programs.ts";
import { readAssembly } from "../../../infra/local-aws/template/assembly.ts";
import { readDeployment } from "../../../infra/local-aws/template/deployment.ts";
import { appSettings } from "../../../infra/stacks/app-settings.ts";
import { glanceApp } from "../../../infra/stacks/glance-app.ts";
import { queueArns } from "../queue-arns.ts";
import { standInProject } from "./stand-ins.ts";

const settings = { image_import_plugins: "image_conversion", image_converters: 2 };

/** The app with stand-ins for its functions and its converter; the converter's template, and all of it as it runs here. */
async function synthesised() {
  const { root, remove } = await standInProject();
  try {
    const outdir = join(root, "cdk.out");
    const app = await glanceApp({
      context: { settings },
      environment: { CDK_NAG: "off" },
      outdir,
      bundles: () => bundleFunctions(join(root, "bundles"), root),
      converter: async () => {
        const directory = join(root, "converter");
        await mkdir(directory);
        await writeFile(join(directory, "Dockerfile"), "FROM scratch\n");
        return { directory, bytes: 1 };
      },
    });
    app.synth();
    const stack = app.node.children.find((child) => child.node.id.endsWith("-converter"));
    if (!Stack.isStack(stack)) throw new Error("no stack of the converter");
    const deployment = readDeployment(readAssembly(outdir), "http://127.0.0.1:1");
    return { template: Template.fromStack(stack), deployment };
  } finally {
    await remove();
  }
}

describe("converters", async () => {
  const { template, deployment } = await synthesised();

  test("are as many as the settings say, on Fargate, with nothing that costs by the hour beside them", () => {
    template.hasResourceProperties("AWS::ECS::Service", { DesiredCount: 2, LaunchType: "FARGATE" });
    template.hasResourceProperties("AWS::ECS::TaskDefinition", {
      ...{ Cpu: "1024", Memory: "4096", EphemeralStorage: { SizeInGiB: 100 } },
      RuntimePlatform: { CpuArchitecture: "ARM64", OperatingSystemFamily: "LINUX" },
    });
    for (const type of ["AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::ElasticLoadBalancingV2::LoadBalancer"])
      template.resourceCountIs(type, 0);
    for (const { Properties } of Object.values(template.findResources("AWS::EC2::VPCEndpoint")))
      expect(Properties.VpcEndpointType).toBe("Gateway");
  });

  test("let nobody in, and reach other hosts by HTTPS alone", () => {
    const [group] = Object.values(template.findResources("AWS::EC2::SecurityGroup"));
    expect(group?.Properties.SecurityGroupIngress).toBeUndefined();
    expect(group?.Properties.SecurityGroupEgress).toMatchObject([
      { FromPort: 443, ToPort: 443, IpProtocol: "tcp" },
    ]);
    template.resourceCountIs("AWS::EC2::SecurityGroupIngress", 0);
  });

  test("may what their access says, and nothing else: no image is changed by them, and nothing deleted", () => {
    const [converter] = deployment.containers;
    const role = deployment.roles.find(({ arn }) => arn === converter?.roleArn);
    expect(role?.trusted).toEqual(["ecs-tasks.amazonaws.com"]);
    const actions = (statements: readonly { readonly Action?: string | readonly string[] }[] = []) =>
      statements.flatMap(({ Action = [] }) => [Action].flat()).toSorted();
    const arns = { table: "t", bucket: "b", queues: queueArns((name) => name), tokenKey: "k", eventBus: "e" };
    expect(actions(role?.statements)).toEqual(actions(policyStatements(programs.converter.access, arns)));
    expect(actions(role?.statements).join()).not.toMatch(/Delete(Item|Object)|Abort|dynamodb:Put/);
    const tasks = role?.statements.find(({ Action }) => [Action].flat().includes("dynamodb:UpdateItem"));
    expect(JSON.stringify(tasks?.Condition)).toContain('"task#*"');
    expect(JSON.stringify(tasks?.Condition)).not.toContain("image#");
  });

  test("run here as the template says: its command, its folder and its variables", () => {
    expect(deployment.containers).toMatchObject([
      {
        ...{ name: "converter", command: ["node", "index.mjs"] },
        environment: {
          SCRATCH_FOLDER: "/scratch",
          GLANCE_IMAGE_CONVERTERS: "2",
          IMAGE_BUCKET: expect.any(String),
        },
        volumes: [{ volume: "scratch", path: "/scratch" }],
      },
    ]);
  });
});

const swift = {
  ...{ id: "swift", type: "swift", container: "images", sees_tokens: true },
  auth_url: "https://keystone.example:5000/v3",
};
const endpoint = "https://swift.example:8443/v1/AUTH_images";
const rgw = { id: "rgw", type: "s3", host: "https://rgw.example:7443", bucket: "images", sees_tokens: true };

test("converters are let out to the ports of the stores, and to no others", () => {
  const backends = [{ id: "s3", type: "s3" }, { ...swift, endpoint }, rgw];
  const { enabled_backends } = appSettings(
    { ...settings, enabled_backends: backends, default_backend: "s3" },
    {},
  );
  const app = new App({
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    analyticsReporting: false,
  });
  const stack = new Stack(app, "Alone");
  converterNetwork(stack, "Network", storePorts(enabled_backends));
  const [group] = Object.values(Template.fromStack(stack).findResources("AWS::EC2::SecurityGroup"));
  const rules: { FromPort: number; ToPort: number }[] = group?.Properties.SecurityGroupEgress;
  const ports = [443, 5000, 7443, 8443];
  expect(rules.map(({ FromPort, ToPort }) => [FromPort, ToPort])).toEqual(ports.map((port) => [port, port]));
});

test("image_conversion is refused with a Swift whose port nobody knows before a login, with what to do", () => {
  const backends = [{ id: "s3", type: "s3" }, swift];
  expect(() => appSettings({ ...settings, enabled_backends: backends, default_backend: "s3" }, {})).toThrow(
    /swift: image_conversion needs the endpoint .* say endpoint/,
  );
});

test("image_conversion is refused without converters, with what to do", () => {
  expect(() => appSettings({ image_import_plugins: "image_conversion" }, {})).toThrow(
    /image_conversion needs converters.* set GLANCE_IMAGE_CONVERTERS to 1 or more/,
  );
  expect(appSettings(settings, {})).toMatchObject({ image_converters: 2, output_format: "raw" });
});
