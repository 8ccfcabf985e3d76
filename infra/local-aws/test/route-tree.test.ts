import { expect, it } from "vitest";
import { createRouteTree } from "../gateway/route-tree.ts";

const match = createRouteTree(
  [
    "ANY /",
    "GET /{version}",
    "GET /{version}/books",
    "ANY /{version}/books",
    "GET /{version}/books/{id}",
    "PUT /{version}/books/{id}/file",
    "GET /v3",
    "ANY /v3/{proxy+}",
    "GET /v3/auth/tokens",
    "ANY /{version}/{proxy+}",
    "PATCH /v4/books",
    "DELETE /v4/{kind}",
  ].map((text) => {
    const [method = "", path = ""] = text.split(" ");
    return { method, path, functionArn: text, timeoutMilliseconds: 1 };
  }),
);

it.each([
  ["GET", "/", "ANY /", null],
  ["GET", "/v2", "GET /{version}", { version: "v2" }],
  ["GET", "/v2/", "GET /{version}", { version: "v2" }],
  ["GET", "/v3", "GET /v3", null],
  ["GET", "/v2/books", "GET /{version}/books", { version: "v2" }],
  ["DELETE", "/v2/books", "ANY /{version}/books", { version: "v2" }],
  ["GET", "/v2/books/a%20b", "GET /{version}/books/{id}", { version: "v2", id: "a%20b" }],
  ["GET", "/v2/books/a%2Fb%25+", "GET /{version}/books/{id}", { version: "v2", id: "a%2Fb%25+" }],
  ["GET", "/v2/books/%zz", "GET /{version}/books/{id}", { version: "v2", id: "%zz" }],
  ["GET", "/v3/auth/tokens", "GET /v3/auth/tokens", null],
  ["GET", "/v3/users/1", "ANY /v3/{proxy+}", { proxy: "users/1" }],
  ["GET", "/v3/a%20b/c", "ANY /v3/{proxy+}", { proxy: "a%20b/c" }],
  // A resource without the method is passed over, for a parameter or a greedy one beside it or further up.
  ["POST", "/v3/auth/tokens", "ANY /v3/{proxy+}", { proxy: "auth/tokens" }],
  ["PUT", "/v2/books/1", "ANY /{version}/{proxy+}", { version: "v2", proxy: "books/1" }],
  ["DELETE", "/v4/books", "DELETE /v4/{kind}", { kind: "books" }],
  ["GET", "/v2/books/1/nothing", "ANY /{version}/{proxy+}", { version: "v2", proxy: "books/1/nothing" }],
])("%s %s -> %s", (method, path, route, parameters) => {
  const found = match(method, path);
  expect(found?.route.functionArn).toBe(route);
  expect(found?.pathParameters).toEqual(parameters);
});

it.each([
  ["a method the resource has not", "POST", "/v3"],
  ["a method that no matching resource has", "POST", "/v2"],
  ["an empty segment is no parameter", "GET", "//books"],
])("no match: %s", (_, method, path) => {
  expect(match(method, path)).toBeUndefined();
});
