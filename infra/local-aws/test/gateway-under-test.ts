import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { FunctionPool } from "../functions/function-pool.ts";
import { startGateway } from "../gateway/gateway.ts";
import type { FunctionDefinition } from "../template/functions.ts";
import type { RestApiDefinition } from "../template/rest-api.ts";

const arn = "arn:aws:lambda:us-east-1:000000000000:function:app-Echo";
export const api: RestApiDefinition = {
  id: "abc",
  stage: "prod",
  routes: ["/", "/v2/books", "/v2/books/{id}", "/v2/books/{id}/file"].map((path) => ({
    path,
    method: "ANY",
    functionArn: arn,
    timeoutMilliseconds: 29_000,
  })),
  gatewayResponses: new Map([
    [
      "REQUEST_TOO_LARGE",
      {
        status: 413,
        parameters: {
          "gatewayresponse.header.x-app-request-id": "context.requestId",
          "gatewayresponse.header.x-fixed": "'yes'",
        },
        templates: { "application/json": '{"error":{"message":$context.error.messageString,"code":413}}' },
      },
    ],
    [
      "DEFAULT_5XX",
      { status: 500, parameters: {}, templates: { "application/json": '{"error":{"code":500}}' } },
    ],
  ]),
  binaryMediaTypes: ["*/*"],
};

// Echoes its event, or answers what the test puts into X-Answer.
const source = `export const handler = async (event) => {
  const answer = event.headers["X-Answer"];
  if (answer === "hang") return new Promise(() => {});
  if (answer === "throw") throw new Error("inner text");
  return answer ? JSON.parse(answer) : { statusCode: 200, headers: { "Content-Type": "text/plain" }, body: JSON.stringify(event) };
};`;

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

interface Request {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

/** A gateway before a function that echoes, for all tests of a file. */
export function gatewayUnderTest() {
  const agent = new Agent({ keepAlive: true });
  let started: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(async () => {
    agent.destroy();
    await started.stop();
  });
  return {
    port: () => started.port,
    pool: () => started.pool,
    call: async (
      path: string,
      { method = "GET", headers = {}, body = "" }: Request = {},
    ): Promise<Answer> => {
      const sent = request({ port: started.port, host: "127.0.0.1", agent, path, method, headers });
      sent.end(body);
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(chunks).toString(),
      };
    },
  };
}

async function start() {
  const directory = await mkdtemp(join(tmpdir(), "local-aws-"));
  await writeFile(join(directory, "index.mjs"), source);
  const definition: FunctionDefinition = {
    name: "echo",
    functionName: "app-Echo",
    arn,
    roleArn: "",
    directory,
    handler: "index.handler",
    environment: {},
    timeoutSeconds: 25,
    memoryMegabytes: 128,
    mounts: [],
    allowsRecursion: false,
  };
  const pool = new FunctionPool({ definition, environment: {}, onOutput: () => {} });
  // The gateway waits 1.5 s for an answer; on a busy machine a first instance takes longer to come up.
  await pool.invoke(JSON.stringify({ headers: {} }));
  const gateway = await startGateway(
    { api, poolOf: () => pool, onAnswer: () => {}, onError: () => {}, timeoutMilliseconds: 1500 },
    [0],
  );
  if (!gateway) throw new Error("no port");
  const stop = async () => {
    await gateway.close();
    await pool.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { port: gateway.port, pool, stop };
}

/** Has the function answer this. */
export const answering = (answer: unknown): { headers: Record<string, string> } => ({
  headers: { "X-Answer": typeof answer === "string" ? answer : JSON.stringify(answer) },
});
