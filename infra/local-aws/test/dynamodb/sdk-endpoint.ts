import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
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

/** The SDK's clients on a service, through just enough HTTP; they never retry unless told. */
export async function sdkOn(service: JsonService, maxAttempts = 1) {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(service, request);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts,
    retryStrategy: impatient(maxAttempts),
  });
  onTestFinished(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const marshallOptions = { removeUndefinedValues: true, convertClassInstanceToMap: true };
  return { client, documents: DynamoDBDocumentClient.from(client, { marshallOptions }) };
}

async function answer(
  service: JsonService,
  request: IncomingMessage,
): Promise<{ status: number; body: unknown }> {
  const operation = String(request.headers["x-amz-target"]).slice(service.targetPrefix.length + 1);
  try {
    const input = (await json(request)) as Record<string, unknown>;
    service.accessOf(operation, input);
    return { status: 200, body: await service.handle(operation, input) };
  } catch (error) {
    if (!(error instanceof AwsFailure))
      return { status: 500, body: { __type: "Bug", message: String(error) } };
    const __type = `com.amazonaws.dynamodb.v20120810#${error.code}`;
    return { status: error.status, body: { __type, message: error.message, ...error.fields } };
  }
}
