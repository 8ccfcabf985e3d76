import { describe, expect, test } from "vitest";
import { accessOf, type FunctionName, functionNames } from "../../../infra/functions/functions.ts";
import { appSettings } from "../../../infra/stacks/app-settings.ts";
import { synthesise } from "./synthesise.ts";

const accessPoint = "arn:aws:elasticfilesystem:eu-central-1:123456789012:access-point/fsap-0123456789abcdef0";
const mount = {
  access_point: accessPoint,
  subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  security_groups: ["sg-0123456789abcdef0"],
};
const settings = {
  enabled_backends: [
    { id: "fast", type: "s3" },
    { id: "files", type: "file", ...mount },
  ],
  default_backend: "fast",
  image_cache_dir: "cache",
};

describe("with a folder", async () => {
  const { state, api, upkeep } = await synthesise({ settings });
  // biome-ignore lint/suspicious/noExplicitAny: a template as CDK hands it out, any resource's properties
  const all: Record<string, any> = { ...api.toJSON().Resources, ...upkeep.toJSON().Resources };
  const functionOf = (name: FunctionName) =>
    Object.values(all).find(
      ({ Type, Properties }) => Type === "AWS::Lambda::Function" && Properties.Description === name,
    )?.Properties;
  const policiesOf = (
    name: FunctionName,
  ): { PolicyName: string; PolicyDocument: { Statement: object[] } }[] =>
    all[functionOf(name).Role["Fn::GetAtt"][0]].Properties.Policies;
  const mounting = functionNames.filter((name) => accessOf(name).folders);

  test("those functions have it that touch its bytes, and they alone are in its network", () => {
    expect(mounting).toEqual([
      ...["workers/place", "workers/delete", "workers/cache", "workers/copy", "workers/import"],
      ...["upkeep/reaper", "upkeep/auditor-light", "upkeep/auditor-deep"],
    ]);
    for (const name of functionNames) {
      const isMounting = mounting.includes(name);
      const { VpcConfig, FileSystemConfigs } = functionOf(name);
      const expected = isMounting && {
        VpcConfig: { SubnetIds: mount.subnets, SecurityGroupIds: mount.security_groups },
        FileSystemConfigs: [{ Arn: accessPoint, LocalMountPath: "/mnt/files" }],
      };
      expect([name, isMounting && { VpcConfig, FileSystemConfigs }]).toEqual([name, expected]);
      if (!isMounting) expect([VpcConfig, FileSystemConfigs], name).toEqual([undefined, undefined]);
      expect(
        policiesOf(name).some(({ PolicyName }) => PolicyName === "network"),
        name,
      ).toBe(isMounting);
    }
  });

  test("rights are on that access point alone, and to write for those who write", () => {
    for (const name of functionNames) {
      const statements = policiesOf(name).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      const found = statements.filter((one) => JSON.stringify(one).includes("elasticfilesystem"));
      const actions = accessOf(name).folders?.map((action) => `elasticfilesystem:${action}`) ?? [];
      expect([name, found]).toEqual([
        name,
        actions.length === 0
          ? []
          : [
              {
                Effect: "Allow",
                Action: actions.length === 1 ? actions[0] : actions,
                Resource: "arn:aws:elasticfilesystem:eu-central-1:123456789012:file-system/*",
                Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": accessPoint } },
              },
            ],
      ]);
    }
    const writing = mounting.filter((name) => accessOf(name).folders?.some((one) => one === "ClientWrite"));
    expect(writing).toEqual(["workers/place", "workers/delete", "workers/copy", "workers/import"]);
  });

  test("the code of functions in the network has none of the rights by which Lambda puts them there", () => {
    for (const name of mounting) {
      const [network] = policiesOf(name).filter(({ PolicyName }) => PolicyName === "network");
      const [allow, deny] = (network?.PolicyDocument.Statement ?? []) as Record<string, unknown>[];
      expect(allow).toMatchObject({ Effect: "Allow", Resource: "*" });
      expect(deny).toEqual({
        ...{ Effect: "Deny", Action: allow?.Action, Resource: "*" },
        Condition: { ArnLike: { "lambda:SourceFunctionArn": "arn:*:lambda:*:*:function:*" } },
      });
    }
  });

  test("uploads for it come into the first bucket, which nothing else is made for it", () => {
    const roles = JSON.stringify(api.findResources("AWS::IAM::Role"));
    expect(roles).toMatch(/"s3:GetObject","s3:PutObject"[^}]*Resource":\[[^\]]*FnGetAttImages/);
    state.resourceCountIs("AWS::S3::Bucket", 2);
    expect(JSON.stringify([state, api, upkeep].map((each) => each.toJSON()))).not.toMatch(/AWS::(EFS|EC2)::/);
  });
});

test.each([
  [{ id: "files", type: "file" }, /files: a folder on AWS needs access_point, subnets and security_groups/],
  [
    { id: "files", type: "file", ...mount, datadir: "/srv" },
    /files: datadir: functions mount file systems at/,
  ],
])("half of it is refused: %j", (store, message) => {
  const enabled_backends = [{ id: "fast", type: "s3" }, store];
  expect(() => appSettings({ ...settings, enabled_backends }, {})).toThrow(message);
});

test("without the cache a folder is refused, as nobody could read its images", () => {
  expect(() => appSettings({ ...settings, image_cache_dir: "" }, {})).toThrow(
    /images in the store files are served from copies: set GLANCE_IMAGE_CACHE_DIR=cache/,
  );
});
