import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { onTestFinished } from "vitest";
import { AwsFailure } from "../../emulators/aws-failure.ts";
import type { JsonService } from "../../emulators/json-service.ts";

interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
}
interface RetryErrorInfo {
  readonly errorType: string;
}

/** Repeats what the SDK repeats by its standard, but hardly waits: where nobody else is busy, waiting proves nothing. */
function impatient(maxAttempts: number) {
  const token = (attempts: number) => ({ getRetryCount: () => attempts - 1, getRetryDelay: () => 2 });
  return {
    mode: "standard",
    acquireInitialRetryToken: async () => token(1),
    refreshRetryTokenForRetry: async (last: RetryToken, { errorType }: RetryErrorInfo) => {
      const attempts = last.getRetryCount() + 2;
      if (attempts > maxAttempts || !["TRANSIENT", "THROTTLING"].includes(errorType))
        throw new Error("no further attempt");
      return token(attempts);
    },
    recordSuccess: () => {},
  };
}

/**
 * The SDK's clients on a service; they never retry unless told. What the SDK sends and reads is JSON text, as on a
 * network, but no socket is between them and nothing is signed, which was a third of the processor time of a call:
 * json-endpoint.test.ts and the tests of the whole runtime have both.
 */
export async function sdkOn(service: JsonService, maxAttempts = 1) {
  const client = new DynamoDBClient({
    endpoint: "http://127.0.0.1:1",
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    signer: { sign: async (request) => request },
    maxAttempts,
    retryStrategy: impatient(maxAttempts),
    requestHandler: {
      handle: async (request: Sent) => ({ response: await answer(service, request) }),
    } as never,
  });
  onTestFinished(() => client.destroy());
  const marshallOptions = { removeUndefinedValues: true, convertClassInstanceToMap: true };
  return { client, documents: DynamoDBDocumentClient.from(client, { marshallOptions }) };
}

/** The service for programs of their own, through just enough HTTP: its URL. */
export async function urlOf(service: JsonService): Promise<string> {
  const server = createServer(async (request, response) => {
    const { "x-amz-target": target = "" } = request.headers;
    const headers = { "x-amz-target": String(target) };
    const {
      statusCode,
      headers: answered,
      body,
    } = await answer(service, { headers, body: await text(request) });
    response.writeHead(statusCode, answered).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

async function answer(service: JsonService, { headers, body }: Sent) {
  // Calls made at once are under way at once, as on a network.
  await setImmediate();
  const operation = String(headers["x-amz-target"]).slice(service.targetPrefix.length + 1);
  const { status, answered } = await call(service, operation, JSON.parse(Buffer.from(body).toString()));
  return {
    statusCode: status,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: Buffer.from(JSON.stringify(answered)),
  };
}

async function call(service: JsonService, operation: string, input: Record<string, unknown>) {
  try {
    service.accessOf(operation, input);
    return { status: 200, answered: await service.handle(operation, input) };
  } catch (error) {
    if (!(error instanceof AwsFailure))
      return { status: 500, answered: { __type: "Bug", message: String(error) } };
    const __type = `com.amazonaws.dynamodb.v20120810#${error.code}`;
    return { status: error.status, answered: { __type, message: error.message, ...error.fields } };
  }
}
