import { describe, expect, it } from "vitest";
import { FunctionPool } from "../functions/function-pool.ts";
import { startGateway } from "../gateway/gateway.ts";
import { answering, api, gatewayUnderTest } from "./gateway-under-test.ts";

const { call, pool, port } = gatewayUnderTest();

describe("the proxy event", () => {
  it("is API Gateway's format 1.0", async () => {
    const { body } = await call("/prod/v2/books/a%2Fb?tag=x%20y&tag=z&empty=", {
      method: "PUT",
      body: Buffer.from([0, 255]),
      headers: {
        Host: "books.test:1234",
        "X-Many": ["a", "b"],
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Proto": "https",
      },
    });
    const event = JSON.parse(body);
    expect(event).toMatchObject({
      resource: "/v2/books/{id}",
      path: "/v2/books/a%2Fb",
      httpMethod: "PUT",
      pathParameters: { id: "a%2Fb" },
      queryStringParameters: { tag: "z", empty: "" },
      multiValueQueryStringParameters: { tag: ["x y", "z"], empty: [""] },
      stageVariables: null,
      body: "AP8=",
      isBase64Encoded: true,
      requestContext: {
        path: "/prod/v2/books/a%2Fb",
        resourcePath: "/v2/books/{id}",
        stage: "prod",
        domainName: "books.test:1234",
        httpMethod: "PUT",
        identity: { sourceIp: "127.0.0.1" },
      },
    });
    expect(event.headers).toMatchObject({
      Host: "books.test:1234",
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
      "X-Forwarded-Port": [String(port())],
    });
  });

  it("leaves what is percent-encoded as it is, and a slash at the end where it is", async () => {
    for (const id of ["a%20b", "a%2520b", "%zz", "%ff", "a+b"]) {
      expect(JSON.parse((await call(`/prod/v2/books/${id}/`)).body)).toMatchObject({
        resource: "/v2/books/{id}",
        path: `/v2/books/${id}/`,
        pathParameters: { id },
        requestContext: { path: `/prod/v2/books/${id}/` },
      });
    }
  });

  it("a plain semicolon parts the query, an encoded one does not", async () => {
    const { body } = await call("/prod/v2/books?a=1;b=2&c=3%3B4");
    expect(JSON.parse(body).multiValueQueryStringParameters).toEqual({ a: ["1"], b: ["2"], c: ["3;4"] });
  });

  it("has nulls where there is nothing", async () => {
    const event = JSON.parse((await call("/prod/v2/books")).body);
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
      "WWW-Authenticate": "Basic",
      Date: "x",
      Server: "y",
      "Content-MD5": "z",
      "Transfer-Encoding": "w",
      Location: "/l",
    };
    const answer = await call("/prod/v2/books", answering({ statusCode: 401, headers, body: "no" }));
    expect(answer).toMatchObject({ status: 401, body: "no" });
    expect(answer.headers).toMatchObject({
      "x-amzn-remapped-www-authenticate": "Basic",
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
      "/prod/v2/books",
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
    const answer = await call("/prod/v2/books", {
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
    expect(await call("/prod/v2/books", answering(answer))).toMatchObject({
      status: 500,
      body: '{"error":{"code":500}}',
    });
  });

  it("without gateway responses, a function that fails is 502, and one that Lambda does not call 500", async () => {
    const plain = { ...api, gatewayResponses: new Map() };
    const bare = await startGateway({ api: plain, poolOf: pool, onAnswer: () => {}, onError: () => {} }, [0]);
    const closed = new FunctionPool({ definition: pool().definition, environment: {}, onOutput: () => {} });
    await closed.close();
    const full = await startGateway(
      { api: plain, poolOf: () => closed, onAnswer: () => {}, onError: () => {} },
      [0],
    );
    const failing = { headers: { "X-Answer": "throw" } };
    const answers = [bare, full].map((one) =>
      fetch(`http://127.0.0.1:${one?.port}/prod/v2/books`, failing).then(async (answer) => [
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
    const answer = await call("/prod/v2/books", answering("hang"));
    expect(answer.headers["x-amzn-errortype"]).toBe("IntegrationTimeoutException");
    expect(answer.status).toBe(500);
  });
});
