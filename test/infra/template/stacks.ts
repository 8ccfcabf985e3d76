import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { api, state, upkeep } from "./synthesised.ts";

const typesIn = (template: typeof state): string[] =>
  Object.values<{ Type: string }>(template.toJSON().Resources).map(({ Type }) => Type);

const refusesPlainHttp = Match.objectLike({
  Effect: "Deny",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

export function stacks(): void {
  describe("state", () => {
    test("the table is recoverable, encrypted, hard to delete, and outlives its stack", () => {
      state.hasResource("AWS::DynamoDB::Table", {
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: {
          BillingMode: "PAY_PER_REQUEST",
          KeySchema: [
            { AttributeName: "pk", KeyType: "HASH" },
            { AttributeName: "sk", KeyType: "RANGE" },
          ],
          AttributeDefinitions: [
            { AttributeName: "pk", AttributeType: "S" },
            { AttributeName: "sk", AttributeType: "S" },
          ],
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          // With AWS's own key: DynamoDB stores nothing unencrypted (its guide, "Encryption at rest").
          SSESpecification: { SSEEnabled: false },
          TimeToLiveSpecification: { AttributeName: "expires_at_ttl", Enabled: true },
        },
      });
    });

    test("the bucket is private, encrypted, TLS only, without CORS, and outlives its stack", () => {
      state.hasResource("AWS::S3::Bucket", {
        DeletionPolicy: "RetainExceptOnCreate",
        UpdateReplacePolicy: "Retain",
        Properties: {
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
            ],
          },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
          CorsConfiguration: Match.absent(),
          VersioningConfiguration: { Status: "Enabled" },
          LifecycleConfiguration: {
            Rules: [
              {
                Id: Match.anyValue(),
                Status: "Enabled",
                AbortIncompleteMultipartUpload: { DaysAfterInitiation: 8 },
              },
              {
                Id: Match.anyValue(),
                Status: "Enabled",
                ExpiredObjectDeleteMarker: true,
                NoncurrentVersionExpiration: { NoncurrentDays: 7 },
              },
              {
                Id: Match.anyValue(),
                Status: "Enabled",
                Prefix: "cache/",
                NoncurrentVersionExpiration: { NoncurrentDays: 1 },
              },
            ],
          },
        },
      });
      state.hasResourceProperties("AWS::S3::BucketPolicy", {
        PolicyDocument: { Statement: [refusesPlainHttp] },
      });
    });

    test("the key signs and outlives its stack", () => {
      state.hasResource("AWS::KMS::Key", {
        DeletionPolicy: "RetainExceptOnCreate",
        UpdateReplacePolicy: "Retain",
        Properties: { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" },
      });
    });

    test("the bus outlives its stack, and its name and ARN are told", () => {
      state.hasResource("AWS::Events::EventBus", {
        DeletionPolicy: "RetainExceptOnCreate",
        UpdateReplacePolicy: "Retain",
      });
      state.hasOutput("EventBusName", {});
      state.hasOutput("EventBusArn", {});
    });

    test("is in no stack with code", () => {
      const kept = ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Events::EventBus"];
      expect(typesIn(state)).toEqual([
        "AWS::DynamoDB::Table",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::KMS::Key",
        "AWS::Events::EventBus",
      ]);
      for (const type of [...typesIn(api), ...typesIn(upkeep)]) expect(kept).not.toContain(type);
    });
  });

  test("outputs name what operators look for", () => {
    expect(Object.keys(state.toJSON().Outputs)).toEqual(expect.arrayContaining(["TableName", "BucketName"]));
    expect(Object.keys(api.toJSON().Outputs)).toContain("ApiUrl");
  });
}
