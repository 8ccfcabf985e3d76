import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, expect, it } from "vitest";
import { boundedClient } from "../../../shared/aws/bounded-waits.ts";
import { documentsOn } from "../../../shared/aws/document-client.ts";
import { signedCall } from "../../../shared/aws/signed-call.ts";
import { silentListener } from "../../fakes/silent-listener.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const waits = { connectMs: 500, answerMs: 200 };
const environment = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
const at = (port: number) => ({
  region: "us-east-1",
  endpoint: `http://127.0.0.1:${port}`,
  credentials: { accessKeyId: "a", secretAccessKey: "b" },
  maxAttempts: 6,
});

const calls = {
  DynamoDB: (port: number) =>
    documentsOn(boundedClient(DynamoDBClient, at(port), waits)).send(
      new GetCommand({ TableName: "images", Key: { pk: "a", sk: "b" } }),
    ),
  SQS: (port: number) =>
    boundedClient(SQSClient, at(port), waits).send(
      new SendMessageCommand({ QueueUrl: `http://127.0.0.1:${port}/1/q`, MessageBody: "{}" }),
    ),
  KMS: (port: number) =>
    boundedClient(KMSClient, at(port), waits).send(
      new SignCommand({ KeyId: "k", Message: Buffer.of(1), SigningAlgorithm: "ECDSA_SHA_256" }),
    ),
};

it.each(Object.entries(calls))(
  "a silent %s is asked once more, and then it fails",
  async (_, call) => {
    const { port, requests, stop } = await silentListener();
    stops.push(stop);
    await expect(call(port)).rejects.toThrow("did not answer within 201 ms");
    expect(requests()).toBe(2);
  },
  5000,
);

it("a silent Secrets Manager or EventBridge fails as late as its call says", async () => {
  const { port, stop } = await silentListener();
  stops.push(stop);
  const call = signedCall({
    ...{ service: "events", target: "AWSEvents.PutEvents", input: {}, environment, timeoutMs: 200 },
    endpoint: `http://127.0.0.1:${port}`,
  });
  await expect(call).rejects.toThrow(/timeout/i);
}, 5000);
