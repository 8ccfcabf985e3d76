import { Logger } from "@aws-lambda-powertools/logger";
import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { Unauthorized, Unavailable } from "../../../../shared/errors.ts";
import { apiHandler } from "../../../../shared/http/api-handler.ts";
import { noContent } from "../../../../shared/http/api-request.ts";
import { imageApiRoutes } from "../../../../shared/routes.ts";

const caller = {
  userId: "u1",
  userName: "demo",
  userDomainId: "default",
  projectId: "p1",
  projectName: "demo",
  projectDomainId: "default",
  roles: ["member"],
  tokenExpiresAt: 4102444800,
};

/** Status and text of the answer, and what the verifier was asked. */
async function call(method: string, resource: string, headers: Record<string, string>, refusal?: Error) {
  const asked: unknown[] = [];
  const operation = async () => noContent;
  const handler = apiHandler({
    routes: imageApiRoutes,
    operations: { listImages: operation, updateImage: operation, uploadImage: operation },
    fallback: operation,
    tokens: {
      verify: async (...tokens) => {
        asked.push(tokens);
        if (refusal) throw refusal;
        return caller;
      },
    },
    logger: new Logger({ logLevel: "SILENT" }),
    publicEndpoint: "http://api",
    allowedOrigins: [],
  });
  const event = {
    httpMethod: method,
    path: resource,
    resource,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    requestContext: {},
    body: null,
  } as unknown as APIGatewayProxyEvent;
  const { statusCode, body } = await handler(event, {} as Context);
  return { status: statusCode, body, asked };
}

const images = "/{version}/images";
const file = `${images}/{image_id}/file`;

describe("the caller's token", () => {
  test.each([
    [{ "X-Auth-Token": "t" }, ["t", undefined]],
    [{ Authorization: "Bearer t" }, ["t", undefined]],
    [{ Authorization: "bearer  t" }, ["t", undefined]],
    [{ "X-Auth-Token": "t", Authorization: "Bearer other" }, ["t", undefined]],
    [{ "X-Auth-Token": "t", "X-Service-Token": "s" }, ["t", "s"]],
    [{ "X-Auth-Token": "t", "X-Service-Token": "" }, ["t", undefined]],
  ])("is read from %j", async (headers, asked) => {
    expect(await call("GET", images, headers)).toMatchObject({ status: 204, asked: [asked] });
  });

  test.each([
    {},
    { "X-Auth-Token": "" },
    { "X-Service-Token": "s" },
    { Authorization: "Basic dDp0" },
    { Authorization: "Bearer" },
    { Authorization: "Bearer a b" },
    { Authorization: "xBearer a" },
  ])("is not in %j", async (headers) => {
    expect(await call("GET", images, headers)).toMatchObject({ status: 401, asked: [] });
  });
});

describe("nobody can tell whose token it is", () => {
  const unavailable = () => new Unavailable("The identity service does not answer.");

  test.each([
    ["GET", images, 503],
    ["PATCH", `${images}/{image_id}`, 503],
    ["GET", file, 503],
    ["PUT", file, 500],
    ["PUT", `${images}/{image_id}/stage`, 500],
  ])("%s %s is %i, with a text", async (method, resource, status) => {
    const answer = await call(method, resource, { "X-Auth-Token": "t" }, unavailable());
    expect(answer.status).toBe(status);
    expect(answer.body).toContain("The identity service does not answer.");
  });

  test("a 401 on a PUT stays one", async () => {
    const answer = await call("PUT", file, { "X-Auth-Token": "t" }, new Unauthorized());
    expect(answer.status).toBe(401);
  });
});
