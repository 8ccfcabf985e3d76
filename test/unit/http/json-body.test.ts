import { describe, expect, test } from "vitest";
import type { ApiRequest } from "../../../shared/http/api-request.ts";
import { jsonBody, jsonObject, withoutBody } from "../../../shared/http/json-body.ts";

const sent = (body: string | Buffer) => ({ body: Buffer.from(body) }) as unknown as ApiRequest;
const refused = (status: number) => expect.objectContaining({ status });

describe("a JSON body", () => {
  test("is any Unicode text, four bytes a character included", () => {
    expect(jsonBody(sent('{"\u{1F600}":"\\ud83d\\ude00"}'))).toEqual({ "\u{1F600}": "\u{1F600}" });
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["bytes that are no UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["a number that is none", "[NaN]"],
    ["an infinite number", "[Infinity]"],
    ["a number with a zero before it", "[01]"],
    ["arrays in arrays, 200,000 deep", `${"[".repeat(200_000)}${"]".repeat(200_000)}`],
    ["objects in objects, 50,000 deep", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`],
    ["half a character as value", '["\\ud83d"]'],
    ["half a character as name", '{"\\udc00":1}'],
  ])("%s is refused", (_case, body) => {
    expect(() => jsonBody(sent(body))).toThrow(refused(400));
  });

  test("keeps controls as they are escaped, and the last value of a name that is there twice", () => {
    expect(jsonBody(sent('{"a\\u0000":"\\u0001","b":1,"b":[2]}'))).toEqual({ "a\u0000": "\u0001", b: [2] });
  });

  test("that no image could hold is 413", () => {
    expect(() => jsonBody(sent(`"${"x".repeat(600_000)}"`))).toThrow(refused(413));
  });

  test.each(["[]", "null", "1", '"x"'])("%s is no object", (body) => {
    expect(() => jsonObject(sent(body))).toThrow(refused(400));
  });
});

test("where no body is expected one is refused, and nothing else is asked", async () => {
  let calls = 0;
  const operation = withoutBody(async () => {
    calls++;
    return { status: 204 };
  });
  await expect(operation(sent("x"))).rejects.toThrow(refused(400));
  expect(calls).toBe(0);
  expect(await operation(sent(""))).toEqual({ status: 204 });
});
