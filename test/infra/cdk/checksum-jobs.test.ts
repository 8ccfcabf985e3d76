import { describe, expect, test } from "vitest";
import { IMAGE_DATA } from "../../../infra/constructs/access-policy.ts";
import { synthesise } from "./synthesise.ts";

const batchPrincipal = "batchoperations.s3.amazonaws.com";

describe("with S3 Batch Operations as the deep auditor's engine", async () => {
  const { state, api, upkeep } = await synthesise({ settings: { audit_deep_engine: "s3-batch" } });
  const roles = upkeep.findResources("AWS::IAM::Role");
  const [roleId, role] =
    Object.entries(roles).find(([, { Properties }]) =>
      JSON.stringify(Properties.AssumeRolePolicyDocument).includes(batchPrincipal),
    ) ?? [];

  test("one role reads the image bucket and writes reports, nothing else", () => {
    const [policy, ...others] = role?.Properties.Policies ?? [];
    expect(others).toEqual([]);
    expect(role?.Properties).not.toHaveProperty("ManagedPolicyArns");
    const statements = policy.PolicyDocument.Statement;
    expect(statements.map(({ Action }: { Action: unknown }) => Action)).toEqual([
      ["s3:GetObject", "s3:GetObjectVersion"],
      "s3:PutObject",
    ]);
    expect(statements[0].Resource).toHaveLength(2);
    const read = JSON.stringify(statements[0].Resource);
    expect(read).toContain(`/${IMAGE_DATA}`);
    expect(read).toContain("/upkeep/checksums/*");
    expect(read).not.toContain('"/*"');
    expect(JSON.stringify(statements[1].Resource)).toContain("/upkeep/checksums/*");
    expect(JSON.stringify(statements)).not.toContain('"Resource":"*"');
  });

  test("S3 has it for jobs of this account only", () => {
    expect(role?.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: batchPrincipal },
        Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
      },
    ]);
  });

  test("the auditor knows that role, may pass it, and no other function can", () => {
    const functions = {
      ...api.findResources("AWS::Lambda::Function"),
      ...upkeep.findResources("AWS::Lambda::Function"),
    };
    const knowing = Object.values(functions).filter(
      ({ Properties }) => Properties.Environment.Variables.CHECKSUM_ROLE_ARN,
    );
    expect(knowing.map(({ Properties }) => Properties.Description)).toEqual(["upkeep/auditor-deep"]);
    const arn = { "Fn::GetAtt": [roleId, "Arn"] };
    expect(knowing[0]?.Properties.Environment.Variables).toMatchObject({
      CHECKSUM_ROLE_ARN: arn,
      GLANCE_AUDIT_DEEP_ENGINE: "s3-batch",
    });
    const passing = Object.values({ ...roles, ...api.findResources("AWS::IAM::Role") }).filter((one) =>
      JSON.stringify(one).includes("iam:PassRole"),
    );
    expect(passing).toHaveLength(1);
    const statements = passing[0]?.Properties.Policies[0].PolicyDocument.Statement;
    expect(statements).toContainEqual({
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: arn,
      Condition: { StringEquals: { "iam:PassedToService": batchPrincipal } },
    });
  });

  test("lists and reports are dropped after 30 days", () => {
    const [bucket] = Object.values(state.findResources("AWS::S3::Bucket"));
    expect(bucket?.Properties.LifecycleConfiguration.Rules).toContainEqual({
      Id: "expire-checksum-reports",
      Status: "Enabled",
      Prefix: "upkeep/checksums/",
      ExpirationInDays: 30,
    });
  });
});

test("without it there is neither the role nor a right nor a rule", async () => {
  const templates = await synthesise();
  const all = JSON.stringify(Object.values(templates).map((template) => template.toJSON()));
  for (const word of [
    batchPrincipal,
    "iam:PassRole",
    "CHECKSUM_ROLE_ARN",
    "s3:CreateJob",
    "upkeep/checksums",
  ])
    expect(all).not.toContain(word);
});
