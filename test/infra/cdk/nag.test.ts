import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleFunctions } from "../../../infra/bundle.ts";
import { bundleProgram } from "../../../infra/bundling/bundle-program.ts";
import { glanceApp } from "../../../infra/stacks/glance-app.ts";
import { standInProject } from "./stand-ins.ts";
import { cdkContext, ingressProgram } from "./synthesise.ts";

const ingressSettings = {
  ingress_public_url: "https://images.example",
  ingress_certificate_arn: "arn:aws:acm:eu-central-1:123456789012:certificate/0123-4567",
};

test.each([
  { name: "other" },
  { settings: { keystone_auth_url: "https://keystone.example" } },
  { settings: { audit_deep_engine: "s3-batch" } },
  { settings: ingressSettings },
  {
    settings: {
      ...ingressSettings,
      ingress_image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/glance-ingress:1",
      ingress_vpc_id: "vpc-0123456789abcdef0",
      ingress_subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      ingress_scheme: "internal",
      ingress_allowed_networks: ["10.0.0.0/8", "fd00::/8"],
    },
  },
  {
    settings: {
      enabled_backends: [
        { id: "fast", type: "s3" },
        { id: "old", type: "s3", bucket: "images-of-before" },
        { id: "ceph", type: "s3", host: "https://rgw.example", bucket: "glance", sees_tokens: true },
      ],
      default_backend: "fast",
    },
  },
  {
    settings: {
      enabled_backends: [
        {
          ...{ id: "files", type: "file", subnets: ["subnet-0123456789abcdef0"] },
          access_point:
            "arn:aws:elasticfilesystem:eu-central-1:123456789012:access-point/fsap-0123456789abcdef0",
          security_groups: ["sg-0123456789abcdef0"],
        },
      ],
      image_cache_dir: "cache",
    },
  },
  { settings: { image_import_plugins: "image_conversion", image_converters: 1 } },
])(
  "neither cdk-nag nor CloudFormation's schemas find anything with %j",
  async (context) => {
    const { root, remove } = await standInProject();
    try {
      const app = await glanceApp({
        context: { ...cdkContext, ...context },
        environment: {},
        outdir: join(root, "cdk.out"),
        ingress: ingressProgram(root),
        bundles: () => bundleFunctions(join(root, "bundles"), root),
        converter: (files) => bundleProgram(join(root, "bundles"), "converter", files),
      });
      expect(() => app.synth()).not.toThrow();
      // Some findings are only warned of.
      const report = JSON.parse(await readFile(join(root, "cdk.out", "validation-report.json"), "utf8"));
      expect(report.pluginReports.flatMap(({ violations }: { violations: unknown[] }) => violations)).toEqual(
        [],
      );
    } finally {
      await remove();
    }
  },
  60_000,
);
