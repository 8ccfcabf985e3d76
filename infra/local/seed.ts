import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { dynamodbIdentityStore } from "../../shared/identity/adapters/dynamodb/identity-store.ts";
import { seedIdentity } from "../../shared/identity/operations/seed-identity.ts";
import type { Principal, Statement } from "../local-aws/iam/principal.ts";
import { pseudoParameters } from "../local-aws/template/pseudo-parameters.ts";
import { localUsers } from "./clouds.ts";

/**
 * What seeding needs: the identity rooms of the table, and its transactions however they are judged. And what the points
 * of `npm run smoke` need of AWS.
 */
export const operatorStatements = (tableArn: string, bucketArns: readonly string[]): readonly Statement[] => {
  const allow = (actions: readonly string[], Condition: Statement["Condition"] & object): Statement => ({
    Effect: "Allow",
    Action: actions.map((action) => `dynamodb:${action}`),
    Resource: tableArn,
    Condition,
  });
  const written = ["PutItem", "UpdateItem", "ConditionCheckItem"];
  return [
    allow(["GetItem", "Query", ...written], {
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["identity#*"] },
      Null: { "dynamodb:LeadingKeys": "false" },
    }),
    allow(written, {
      "ForAnyValue:StringEquals": { "dynamodb:EnclosingOperation": ["TransactWriteItems"] },
      Null: { "dynamodb:LeadingKeys": "true" },
    }),
    ...bucketArns.flatMap((arn): Statement[] => [
      {
        Effect: "Allow",
        Action: ["PutObject", "GetObject", "DeleteObject", "AbortMultipartUpload"].map(
          (action) => `s3:${action}`,
        ),
        Resource: `${arn}/smoke/*`,
      },
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:ListBucketMultipartUploads"], Resource: arn },
      { Effect: "Allow", Action: "s3:GetObject", Resource: `${arn}/upkeep/checksums/*` },
    ]),
  ];
};

/** Under faults a write can be applied and answered with an error; repeating it then meets its own work. */
const attempts = 5;

/** Creates the local users, projects and roles that are missing; those that exist stay as they are. */
export async function seedUsers(operator: Principal, tableName: string, endpoint: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: pseudoParameters.region,
    credentials: { ...operator },
    maxAttempts: 6,
  });
  const seed = seedIdentity({
    identities: dynamodbIdentityStore({ client: DynamoDBDocumentClient.from(client), tableName }),
  });
  const projects = [...new Set(localUsers.map(({ project }) => project))];
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await seed({ projects, users: localUsers });
      } catch (error) {
        if (attempt === attempts) throw error;
      }
    }
  } finally {
    client.destroy();
  }
}
