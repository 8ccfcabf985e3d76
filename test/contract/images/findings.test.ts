import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbFindings } from "../../../shared/images/adapters/dynamodb/findings.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryFindings } from "../../fakes/images/memory-findings.ts";
import { findingsContract } from "./findings.ts";

findingsContract("memory", async () => {
  const { findings, outbox } = memoryFindings();
  return {
    findings,
    events: async () =>
      outbox.map(({ event_type, payload }) => [event_type, (payload as { id?: unknown }).id] as const),
  };
});

for (const [day, rate] of [
  ["DynamoDB emulator", 0],
  ["DynamoDB emulator on a bad day", 0.1],
] as const) {
  findingsContract(day, async () => {
    const { documents } = await sdkOn(await temporaryDynamodb({ faults: { seed: 5, rate } }), 6);
    return {
      findings: dynamodbFindings(documents, "images", []),
      events: async () => {
        const events: [string, unknown][] = [];
        for (let shard = 0; shard < 8; shard++) {
          const { Items = [] } = await documents.send(
            new QueryCommand({
              TableName: "images",
              KeyConditionExpression: "pk = :pk",
              ExpressionAttributeValues: { ":pk": `outbox#${shard}` },
            }),
          );
          events.push(
            ...Items.map(({ event_type, payload }) => [event_type, payload.id] as [string, unknown]),
          );
        }
        return events;
      },
    };
  });
}
