import { createHash, createPublicKey, verify } from "node:crypto";
import { join } from "node:path";
import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../clock.ts";
import { createDispatch } from "../emulators/json-endpoint/dispatch.ts";
import { startJsonEndpoint } from "../emulators/json-endpoint.ts";
import { openKms } from "../emulators/kms/open-kms.ts";
import { openSqs } from "../emulators/sqs/open-sqs.ts";
import { createFaults, noFaults } from "../faults.ts";
import { createJudge } from "../iam/judge.ts";
import type { Call, Principal } from "../iam/principal.ts";
import { queueNamed } from "./queue-definition.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const key = { id: "1234", arn: "arn:aws:kms:us-east-1:000000000000:key/1234" };
const queue = queueNamed("work");
const principal: Principal = {
  name: "worker",
  arn: "arn:aws:iam::000000000000:role/worker",
  accessKeyId: "ASIAWORKER",
  secretAccessKey: "secret",
  sessionToken: "token",
  statements: [
    { Effect: "Allow", Action: ["kms:Sign", "kms:GetPublicKey"], Resource: key.arn },
    { Effect: "Allow", Action: ["sqs:SendMessage", "sqs:ReceiveMessage"], Resource: queue.arn },
  ],
};

async function endpoint(directory?: string) {
  const home = directory ?? (await temporaryFolder());
  const calls: Call[] = [];
  const judge = createJudge([principal], new Map());
  const services = [
    await openKms({ directory: join(home, "kms"), keys: [key] }),
    await openSqs({ directory: join(home, "sqs"), queues: [queue], faults: noFaults, clock: systemClock }),
  ];
  const dispatch = createDispatch({
    judge,
    faultsOf: () => createFaults("none", noFaults),
    onCall: (call) => calls.push(call),
  });
  const started = await startJsonEndpoint(0, { region: "us-east-1", clock: systemClock, onError: () => {} });
  started.serve({ services, judge, dispatch });
  onTestFinished(async () => {
    for (const service of services) await service.close();
    await started.close();
  });
  const url = `http://127.0.0.1:${started.port}`;
  const client = { endpoint: url, region: "us-east-1", credentials: { ...principal }, maxAttempts: 1 };
  return { url, calls, client, kms: new KMSClient(client), sqs: new SQSClient(client) };
}

describe("signing keys", () => {
  it("sign messages and digests so that the public key verifies them", async () => {
    const { kms } = await endpoint();
    const { PublicKey, KeySpec } = await kms.send(new GetPublicKeyCommand({ KeyId: key.id }));
    const publicKey = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: "der", type: "spki" });
    expect(KeySpec).toBe("ECC_NIST_P256");
    const message = Buffer.from("what is signed");
    const digest = createHash("sha256").update(message).digest();
    for (const [MessageType, Message] of [
      ["RAW", message],
      ["DIGEST", digest],
      ["DIGEST", digest],
    ] as const) {
      const { Signature } = await kms.send(
        new SignCommand({ KeyId: key.arn, Message, MessageType, SigningAlgorithm: "ECDSA_SHA_256" }),
      );
      expect(verify("sha256", message, publicKey, Buffer.from(Signature ?? []))).toBe(true);
    }
  });

  it("outlive a restart", async () => {
    const home = await temporaryFolder();
    const publicKeys = [];
    for (const { kms } of [await endpoint(home), await endpoint(home)]) {
      publicKeys.push((await kms.send(new GetPublicKeyCommand({ KeyId: key.id }))).PublicKey);
    }
    expect(publicKeys[0]).toEqual(publicKeys[1]);
  });

  it.each([
    ["an unknown key", { KeyId: "nope", MessageType: "RAW" }, "NotFoundException"],
    [
      "another algorithm",
      { KeyId: key.id, SigningAlgorithm: "RSASSA_PSS_SHA_256" },
      "InvalidKeyUsageException",
    ],
    ["a digest of another length", { KeyId: key.id, MessageType: "DIGEST" }, "ValidationException"],
  ] as const)("refuse %s", async (_, input, name) => {
    const { kms } = await endpoint();
    const command = new SignCommand({
      Message: Buffer.from("m"),
      SigningAlgorithm: "ECDSA_SHA_256",
      ...input,
    });
    await expect(kms.send(command)).rejects.toMatchObject({ name });
  });
});

describe("the endpoint", () => {
  it("serves the SDK's SQS client", async () => {
    const { sqs } = await endpoint();
    await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: "hello" }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url }));
    expect(Messages?.[0]?.Body).toBe("hello");
  });

  it("refuses what the role does not allow, in AWS's words, and logs it", async () => {
    const { sqs, calls } = await endpoint();
    await expect(sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue.url }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(
        `is not authorized to perform: sqs:GetQueueAttributes on resource: ${queue.arn}`,
      ),
    });
    expect(calls).toMatchObject([
      {
        principal: "worker",
        service: "sqs",
        actions: ["sqs:GetQueueAttributes"],
        error: "AccessDeniedException",
      },
    ]);
    expect(JSON.stringify(calls)).not.toMatch(/secret|token/i);
  });

  it.each([
    ["a wrong secret", { secretAccessKey: "other" }, "InvalidSignatureException"],
    ["a wrong session token", { sessionToken: "other" }, "UnrecognizedClientException"],
    ["an unknown key", { accessKeyId: "ASIANOBODY" }, "UnrecognizedClientException"],
  ])("refuses %s", async (_, changed, name) => {
    const { client } = await endpoint();
    const kms = new KMSClient({ ...client, credentials: { ...principal, ...changed } });
    await expect(kms.send(new GetPublicKeyCommand({ KeyId: key.id }))).rejects.toMatchObject({ name });
  });

  it.each([
    ["no signature", { "x-amz-target": "TrentService.Sign" }, "MissingAuthenticationTokenException"],
    ["an unknown service", { "x-amz-target": "SNS.Publish" }, "UnknownOperationException"],
    ["no target", {}, "UnknownOperationException"],
  ])("refuses a request with %s", async (_, headers, code) => {
    const { url } = await endpoint();
    const response = await fetch(url, { method: "POST", headers, body: "{}" });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { __type: string }).__type).toContain(code);
  });
});
