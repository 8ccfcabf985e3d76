import { describe, expect, test } from "vitest";
import { corsHeaders, preflightHeaders } from "../../../shared/http/cors.ts";

const page = "https://console.example";
const asked = (origin?: string, method = "OPTIONS") => ({
  method,
  headers: new Map([
    ["access-control-request-method", "POST"],
    ...(origin === undefined ? [] : ([["origin", origin]] as const)),
  ]),
});
const list = (value: string | undefined) => value?.toLowerCase().split(", ") ?? [];

describe("any answer", () => {
  test("nothing is said where no origin is configured", () => {
    expect(corsHeaders([], page)).toEqual({});
    expect(corsHeaders([], undefined)).toEqual({});
  });

  test("an allowed origin is named, and what its scripts may read", () => {
    const headers = corsHeaders(["https://other.example", page], page);
    expect(headers).toMatchObject({ Vary: "Origin", "Access-Control-Allow-Origin": page });
    expect(list(headers["Access-Control-Expose-Headers"])).toEqual(
      expect.arrayContaining([
        "location",
        "x-subject-token",
        "x-openstack-request-id",
        "openstack-image-import-methods",
      ]),
    );
  });

  test.each([undefined, "null", "https://console.example.evil", "http://console.example", `${page}:444`])(
    "%s is not the allowed origin: its answers differ for caches and allow nothing",
    (origin) => expect(corsHeaders([page], origin)).toEqual({ Vary: "Origin" }),
  );

  test("with * every page may read", () => {
    expect(corsHeaders(["*"], page)).toMatchObject({ "Access-Control-Allow-Origin": "*" });
  });

  test("credentials are never allowed", () => {
    const all = { ...corsHeaders(["*"], page), ...preflightHeaders(["*"], asked(page)) };
    expect(all).not.toHaveProperty("Access-Control-Allow-Credentials");
  });
});

describe("a preflight", () => {
  test("is answered with the methods and headers that uploads need", () => {
    const headers = preflightHeaders([page], asked(page));
    expect(list(headers?.["Access-Control-Allow-Methods"])).toEqual(
      expect.arrayContaining(["get", "post", "put", "delete"]),
    );
    expect(list(headers?.["Access-Control-Allow-Headers"])).toEqual(
      expect.arrayContaining(["x-auth-token", "x-image-transfer-token", "content-type", "content-md5"]),
    );
    expect(Number(headers?.["Access-Control-Max-Age"])).toBeGreaterThan(0);
  });

  test("is left to the API where nothing is configured or another page asks", () => {
    expect(preflightHeaders([], asked(page))).toBeUndefined();
    expect(preflightHeaders([page], asked("https://other.example"))).toBeUndefined();
    expect(preflightHeaders([page], asked())).toBeUndefined();
  });

  test("is OPTIONS with a method that is asked for, and nothing else", () => {
    expect(preflightHeaders([page], asked(page, "GET"))).toBeUndefined();
    const plain = { method: "OPTIONS", headers: new Map([["origin", page]]) };
    expect(preflightHeaders([page], plain)).toBeUndefined();
  });
});
