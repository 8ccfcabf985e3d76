import type { APIGatewayProxyEvent } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { requestOf } from "../../../shared/http/gateway-event.ts";
import { imageApiRoutes } from "../../../shared/routes.ts";

interface Sent {
  readonly resource: string;
  readonly path: string;
  /** Of the request's context. */
  readonly full: string;
  readonly params?: Readonly<Record<string, string>>;
}

function read({ resource, path, full, params }: Sent) {
  const event: Partial<APIGatewayProxyEvent> = {
    httpMethod: "GET",
    resource,
    path,
    pathParameters: params ?? null,
    multiValueHeaders: {},
    body: null,
    requestContext: { path: full, domainName: "api.example" } as APIGatewayProxyEvent["requestContext"],
  };
  return requestOf(event as APIGatewayProxyEvent, "", imageApiRoutes);
}

const tagOf = (sent: string) =>
  read({
    resource: "/{version}/images/{image_id}/tags/{tag}",
    path: `/v2/images/1/tags/${sent}`,
    full: `/prod/v2/images/1/tags/${sent}`,
    params: { version: "v2", image_id: "1", tag: sent },
  });

describe("path parameters, which a REST API hands over as they were sent", () => {
  test.each([
    ["a%20b", "a b"],
    ["a+b", "a+b"],
    ["a%2Bb", "a+b"],
    ["%25", "%"],
    ["a%2520b", "a%20b"],
    ["a%2Fb", "a/b"],
    ["%C3%A9%F0%9F%98%80", "é\u{1F600}"],
    ["a%00b", "a\u0000b"],
    ["plain", "plain"],
  ])("%s is decoded once", (sent, meant) => {
    const { params, path, unreadablePath } = tagOf(sent);
    expect(params).toEqual({ version: "v2", image_id: "1", tag: meant });
    expect(path).toBe(`/v2/images/1/tags/${sent}`);
    expect(unreadablePath).toBeUndefined();
  });

  test.each(["%", "%z", "%zz", "a%2", "%ff", "%C3", "%ED%A0%80", "%C0%AF"])("%s cannot be read", (sent) => {
    expect(tagOf(sent)).toMatchObject({ params: {}, unreadablePath: true });
  });
});

/** Every way in: what lies before the path, in `path` and in the context (localstack PR 12296). */
const ways = [
  ["the stage", "", "/prod"],
  ["a custom domain for one stage", "", ""],
  ["a custom domain for all stages", "/prod", "/prod"],
  ["a base path for one stage", "/images-api/v1", "/images-api/v1"],
  ["a base path for all stages", "/base/prod", "/base/prod"],
] as const;

describe.each(ways)("through %s", (_, before, prefix) => {
  test.each<[string, string, Readonly<Record<string, string>>?]>([
    ["/", "/"],
    ["/{version}", "/v2", { version: "v2" }],
    ["/{version}", "/v2/", { version: "v2" }],
    ["/{version}/images/{image_id}", "/v2/images/v2", { version: "v2", image_id: "v2" }],
    ["/{version}/images/{image_id}", "/v2/images/a%2Fb", { version: "v2", image_id: "a%2Fb" }],
    ["/v3/auth/tokens", "/v3/auth/tokens"],
    ["/v3/{proxy+}", "/v3/a%20b/c/d", { proxy: "a%20b/c/d" }],
    ["/v3/{proxy+}", "/v3/a/", { proxy: "a/" }],
    ["/v3/{proxy+}", "/v3/a/", { proxy: "a" }],
    ["/v3/{proxy+}", "/v3/a//b", { proxy: "a//b" }],
  ])("%s is found in %s", (resource, path, params) => {
    const sent = { resource, path: before + path, full: prefix + path, ...(params && { params }) };
    expect(read(sent)).toMatchObject({ path, publicUrl: `https://api.example${prefix}` });
  });
});

test("a base path asked for without a slash is the root", () => {
  expect(read({ resource: "/", path: "/base", full: "/base" })).toMatchObject({
    path: "/",
    publicUrl: "https://api.example/base",
  });
});
