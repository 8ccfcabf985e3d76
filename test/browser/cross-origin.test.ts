import { Logger } from "@aws-lambda-powertools/logger";
import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../client/command-line/failures.ts";
import { parseIngressArguments } from "../../client/ingress/arguments.ts";
import { NotFound, Unauthorized } from "../../shared/errors.ts";
import { apiHandler } from "../../shared/http/api-handler.ts";
import { imageApiRoutes } from "../../shared/routes.ts";
import { ask } from "../ingress/client.ts";
import { startRig } from "../ingress/rig.ts";

const page = "https://console.example";
const allowed = { "access-control-allow-origin": page, vary: "Origin" };

describe("a function of the API", () => {
  const handler = apiHandler({
    routes: imageApiRoutes,
    operations: {},
    fallback: async () => {
      throw new NotFound("The resource could not be found.");
    },
    tokens: {
      verify: async () => {
        throw new Unauthorized();
      },
    },
    logger: new Logger({ logLevel: "SILENT" }),
    publicEndpoint: "",
    allowedOrigins: [page],
  });
  const call = async (method: string, headers: Readonly<Record<string, string>>) => {
    const path = "/v2/images/1/transfers";
    const event: Partial<APIGatewayProxyEvent> = {
      httpMethod: method,
      path,
      resource: "/{version}/images/{image_id}/transfers",
      multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      multiValueQueryStringParameters: null,
      pathParameters: { version: "v2", image_id: "1" },
      body: null,
      requestContext: { path: `/prod${path}` } as APIGatewayProxyEvent["requestContext"],
    };
    const { statusCode, headers: answered = {} } = await handler(
      event as APIGatewayProxyEvent,
      {} as Context,
    );
    const named = Object.entries(answered).map(([name, value]) => [name.toLowerCase(), value]);
    return { status: statusCode, headers: Object.fromEntries(named) };
  };

  test("answers a preflight before any login", async () => {
    const preflight = { Origin: page, "Access-Control-Request-Method": "POST" };
    const answer = await call("OPTIONS", preflight);
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject(allowed);
    expect(answer.headers["access-control-allow-headers"]).toContain("X-Image-Transfer-Token");
  });

  test("lets the page read its refusals", async () => {
    expect(await call("POST", { Origin: page })).toMatchObject({ status: 401, headers: allowed });
  });

  test("treats OPTIONS of another page like any method without a route", async () => {
    const answer = await call("OPTIONS", {
      Origin: "https://other.example",
      "Access-Control-Request-Method": "POST",
    });
    expect(answer.status).toBe(401);
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });
});

describe("the ingress", () => {
  const parse = (origins: string) =>
    parseIngressArguments(["--endpoint", "http://x", "--listen", "1", "--allowed-origin", origins]);

  test("takes origins as browsers send them, and refuses what no browser sends", () => {
    expect(parse(`${page}, http://127.0.0.1:8080`).allowedOrigins).toEqual([page, "http://127.0.0.1:8080"]);
    expect(parse("*").allowedOrigins).toEqual(["*"]);
    for (const bad of ["", `${page}/`, `${page}/app`, "console.example", "null", "https://*.example"]) {
      expect(() => parse(bad), bad).toThrow(UsageError);
    }
  });

  test("lets the page read what it refuses itself", async () => {
    const { url } = await startRig({ allowedOrigins: [page] });
    const put = (origin: string) =>
      ask(url, {
        method: "PUT",
        path: "/v2/images/1/file",
        headers: { origin, "x-auth-token": "user-token" },
        body: Buffer.from("x"),
      });
    expect(await put(page)).toMatchObject({ status: 415, headers: allowed });
    const refused = await put("https://other.example");
    expect(refused.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("says nothing of origins by default", async () => {
    const { url } = await startRig();
    const { headers } = await ask(url, {
      method: "PUT",
      path: "/v2/images/1/file",
      headers: { origin: page, "x-auth-token": "user-token" },
      body: Buffer.from("x"),
    });
    expect(headers).not.toHaveProperty("access-control-allow-origin");
    expect(headers).not.toHaveProperty("vary");
  });

  test("passes a preflight on, and the endpoint's own answer back without doubling a header", async () => {
    const { service, url } = await startRig({ allowedOrigins: [page] });
    service.other = (request, response) =>
      response
        .writeHead(204, {
          "access-control-allow-origin": request.headers.origin,
          "access-control-allow-methods": request.headers["access-control-request-method"],
          vary: "Origin",
        })
        .end();
    const answer = await ask(url, {
      method: "OPTIONS",
      path: "/v2/images/1/file",
      headers: { origin: page, "access-control-request-method": "PUT" },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({ ...allowed, "access-control-allow-methods": "PUT" });
  });
});
