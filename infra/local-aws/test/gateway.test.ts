import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FunctionPool } from "../functions/function-pool.ts";
import { type Gateway, startGateway } from "../gateway/gateway.ts";
import type { FunctionDefinition } from "../template/functions.ts";
import type { RestApiDefinition } from "../template/rest-api.ts";

const arn = "arn:aws:lambda:us-east-1:000000000000:function:app-Echo";
const api: RestApiDefinition = {
  id: "abc",
  stage: "prod",
  routes: ["/", "/v2/images", "/v2/images/{id}", "/v2/images/{id}/file"].map((path) => ({
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
          "gatewayresponse.header.x-openstack-request-id": "context.requestId",
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

let gateway: Gateway;
let pool: FunctionPool;
let definition: FunctionDefinition;
let directory: string;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "glance-local-"));
  await writeFile(join(directory, "index.mjs"), source);
  definition = {
    name: "echo",
    functionName: "app-Echo",
    arn,
    roleArn: "",
    directory,
    handler: "index.handler",
    environment: {},
    timeoutSeconds: 25,
    memoryMegabytes: 128,
    allowsRecursion: false,
  };
  pool = new FunctionPool({
    definition,
    environment: {},
    onOutput: () => {},
  });
  const started = await startGateway(
    { api, poolOf: () => pool, onAnswer: () => {}, onError: () => {}, timeoutMilliseconds: 1500 },
    [0],
  );
  if (!started) throw new Error("no port");
  gateway = started;
});

afterAll(async () => {
  agent.destroy();
  await gateway.close();
  await pool.close();
  await rm(directory, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

async function call(
  path: string,
  {
    method = "GET",
    headers = {},
    body = "",
  }: { method?: string; headers?: Record<string, string | string[]>; body?: string | Buffer } = {},
): Promise<Answer> {
  const sent = request({ port: gateway.port, host: "127.0.0.1", agent, path, method, headers });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

const answering = (answer: unknown): { headers: Record<string, string> } => ({
  headers: { "X-Answer": typeof answer === "string" ? answer : JSON.stringify(answer) },
});

describe("the proxy event", () => {
  it("is API Gateway's format 1.0", async () => {
    const { body } = await call("/prod/v2/images/a%2Fb?tag=x%20y&tag=z&empty=", {
      method: "PUT",
      body: Buffer.from([0, 255]),
      headers: {
        Host: "glance.test:1234",
        "X-Many": ["a", "b"],
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Proto": "https",
      },
    });
    const event = JSON.parse(body);
    expect(event).toMatchObject({
      resource: "/v2/images/{id}",
      path: "/v2/images/a%2Fb",
      httpMethod: "PUT",
      pathParameters: { id: "a%2Fb" },
      queryStringParameters: { tag: "z", empty: "" },
      multiValueQueryStringParameters: { tag: ["x y", "z"], empty: [""] },
      stageVariables: null,
      body: "AP8=",
      isBase64Encoded: true,
      requestContext: {
        path: "/prod/v2/images/a%2Fb",
        resourcePath: "/v2/images/{id}",
        stage: "prod",
        domainName: "glance.test:1234",
        httpMethod: "PUT",
        identity: { sourceIp: "127.0.0.1" },
      },
    });
    expect(event.headers).toMatchObject({
      Host: "glance.test:1234",
      "X-Many": "b",
      "X-Forwarded-Proto": "http",
    });
    const names = Object.keys(event.multiValueHeaders).map((name) => name.toLowerCase());
    expect(names).toContain("x-many");
    expect(names).not.toContain("content-length");
    expect(names).not.toContain("transfer-encoding");
    expect(event.multiValueHeaders).toMatchObject({
      "X-Many": ["a", "b"],
      "X-Forwarded-For": ["6.6.6.6, 127.0.0.1"],
      "X-Forwarded-Port": [String(gateway.port)],
    });
  });

  it("leaves what is percent-encoded as it is, and a slash at the end where it is", async () => {
    for (const id of ["a%20b", "a%2520b", "%zz", "%ff", "a+b"]) {
      expect(JSON.parse((await call(`/prod/v2/images/${id}/`)).body)).toMatchObject({
        resource: "/v2/images/{id}",
        path: `/v2/images/${id}/`,
        pathParameters: { id },
        requestContext: { path: `/prod/v2/images/${id}/` },
      });
    }
  });

  it("a plain semicolon parts the query, an encoded one does not", async () => {
    const { body } = await call("/prod/v2/images?a=1;b=2&c=3%3B4");
    expect(JSON.parse(body).multiValueQueryStringParameters).toEqual({ a: ["1"], b: ["2"], c: ["3;4"] });
  });

  it("has nulls where there is nothing", async () => {
    const event = JSON.parse((await call("/prod/v2/images")).body);
    expect(event).toMatchObject({
      body: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
    });
  });

  it("the bare stage is the root resource", async () => {
    expect(JSON.parse((await call("/prod")).body)).toMatchObject({
      path: "/",
      requestContext: { path: "/prod/" },
    });
  });
});

describe("answers of functions", () => {
  it("renames the headers that API Gateway renames, and drops those of the connection", async () => {
    const headers = {
      "WWW-Authenticate": "Keystone",
      Date: "x",
      Server: "y",
      "Content-MD5": "z",
      "Transfer-Encoding": "w",
      Location: "/l",
    };
    const answer = await call("/prod/v2/images", answering({ statusCode: 401, headers, body: "no" }));
    expect(answer).toMatchObject({ status: 401, body: "no" });
    expect(answer.headers).toMatchObject({
      "x-amzn-remapped-www-authenticate": "Keystone",
      "x-amzn-remapped-server": "y",
      "x-amzn-remapped-content-md5": "z",
      location: "/l",
      "content-type": "application/json",
    });
    expect(answer.headers["www-authenticate"]).toBeUndefined();
    expect(answer.headers["content-length"]).toBe("2");
  });

  it("sends every value of multiValueHeaders, and decodes base64", async () => {
    const answer = await call(
      "/prod/v2/images",
      answering({
        statusCode: 200,
        multiValueHeaders: { "Set-Cookie": ["a", "b"] },
        body: "aGk=",
        isBase64Encoded: true,
      }),
    );
    expect(answer.headers["set-cookie"]).toEqual(["a", "b"]);
    expect(answer.body).toBe("hi");
  });

  it("HEAD has no body", async () => {
    const answer = await call("/prod/v2/images", {
      method: "HEAD",
      ...answering({ statusCode: 200, body: "four" }),
    });
    expect(answer).toMatchObject({ status: 200, body: "" });
  });

  it.each([
    ["a thrown error", "throw"],
    ["no object", "5"],
    ["no status", { body: "x" }],
    ["a body that is no text", { statusCode: 200, body: {} }],
    ["headers that are no texts", { statusCode: 200, headers: { a: {} } }],
  ])("%s is a 5xx of the gateway without inner text", async (_, answer) => {
    expect(await call("/prod/v2/images", answering(answer))).toMatchObject({
      status: 500,
      body: '{"error":{"code":500}}',
    });
  });

  it("without gateway responses, a function that fails is 502, and one that Lambda does not call 500", async () => {
    const plain = { ...api, gatewayResponses: new Map() };
    const bare = await startGateway(
      { api: plain, poolOf: () => pool, onAnswer: () => {}, onError: () => {} },
      [0],
    );
    const closed = new FunctionPool({ definition, environment: {}, onOutput: () => {} });
    await closed.close();
    const full = await startGateway(
      { api: plain, poolOf: () => closed, onAnswer: () => {}, onError: () => {} },
      [0],
    );
    const failing = { headers: { "X-Answer": "throw" } };
    const answers = [bare, full].map((one) =>
      fetch(`http://127.0.0.1:${one?.port}/prod/v2/images`, failing).then(async (answer) => [
        answer.status,
        await answer.text(),
      ]),
    );
    const body = '{"message":"Internal server error"}';
    expect(await Promise.all(answers)).toEqual([
      [502, body],
      [500, body],
    ]);
    await Promise.all([bare?.close(), full?.close()]);
  });

  it("a function that takes too long is INTEGRATION_TIMEOUT", async () => {
    const answer = await call("/prod/v2/images", answering("hang"));
    expect(answer.headers["x-amzn-errortype"]).toBe("IntegrationTimeoutException");
    expect(answer.status).toBe(500);
  });
});

describe("what the gateway says itself", () => {
  it.each(["/", "/v2/images", "/production/v2/images"])(
    "outside the stage (%s): 403 Forbidden",
    async (path) => {
      expect(await call(path)).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    },
  );

  it("an unknown route: MISSING_AUTHENTICATION_TOKEN", async () => {
    const answer = await call("/prod/nothing");
    expect(answer).toMatchObject({ status: 403, body: '{"message":"Missing Authentication Token"}' });
    expect(answer.headers["x-amzn-errortype"]).toBe("MissingAuthenticationTokenException");
  });

  it("headers over 10,240 bytes in all are refused", async () => {
    expect((await call("/prod/v2/images", { headers: { "X-Long": "x".repeat(10_240) } })).status).toBe(431);
    expect((await call("/prod/v2/images", { headers: { "X-Long": "x".repeat(9_000) } })).status).toBe(200);
  });

  it.each([
    ["announced", { "Content-Length": String(10 * 1024 * 1024 + 1) }],
    ["chunked", { "Transfer-Encoding": "chunked" }],
  ])(
    "a body over 10 MB (%s): the API's own REQUEST_TOO_LARGE, and the client gets to see it",
    async (_, headers) => {
      const answer = await call("/prod/v2/images", {
        method: "PUT",
        headers,
        body: Buffer.alloc(10 * 1024 * 1024 + 1),
      });
      expect(answer).toMatchObject({
        status: 413,
        body: '{"error":{"message":"Request Too Long","code":413}}',
      });
      expect(answer.headers).toMatchObject({ "x-fixed": "yes", connection: "close" });
      expect(answer.headers["x-openstack-request-id"]).toBe(answer.headers["x-amzn-requestid"]);
    },
  );

  it("more than Lambda's 6 MB is REQUEST_TOO_LARGE, too", async () => {
    const answer = await call("/prod/v2/images", { method: "PUT", body: Buffer.alloc(5 * 1024 * 1024) });
    expect(answer.status).toBe(413);
  });

  it("a client that goes away in the middle of its body harms nobody", async () => {
    const socket = connect(gateway.port, "127.0.0.1");
    socket.write("PUT /prod/v2/images HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
    await once(socket, "connect");
    socket.destroy();
    expect((await call("/prod/v2/images")).status).toBe(200);
  });

  const put = "PUT /prod/v2/images HTTP/1.1\r\nHost: x\r\n";
  it.each([
    ["a coding besides chunked", 501, `${put}Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`],
    ["two Host headers", 400, `${put}Host: y\r\nContent-Length: 3\r\n\r\nabc`],
    ["no Host header", 400, "GET /prod/v2/images HTTP/1.1\r\n\r\n"],
    [
      "two lengths",
      400,
      `${put}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    ],
    [
      "HTTP/1.0 with a coding",
      400,
      `${put.replace("1.1", "1.0")}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
  ])("%s reaches no function", async (_, status, text) => {
    expect(await exchange(text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it("a client that closes its side behind the request gets its answer", async () => {
    expect(await exchange(`${put}Content-Length: 3\r\n\r\nabc`)).toMatch(/^HTTP\/1.1 200 /);
  });
});

/** Sends exactly this, closes its side, and reads to the end. */
async function exchange(text: string): Promise<string> {
  const socket = connect({ port: gateway.port, host: "127.0.0.1", allowHalfOpen: true });
  socket.end(text);
  let seen = "";
  for await (const chunk of socket) seen += chunk;
  return seen;
}
