import { expect, test } from "vitest";
import { acceptsJson } from "../../../shared/http/accepts-json.ts";

test.each([
  ["application/json", true],
  ["Application/JSON; charset=utf-8", true],
  ["application/json, text/plain, */*", true],
  ["text/html, application/json", true],
  ["text/html;q=0.5, application/json;q=0.9", true],
  ["text/html, application/json;q=0.9", false],
  ["application/json;q=0", false],
  ["application/json;q=no", false],
  ["application/jsonp", false],
  ["*/*", false],
  ["text/plain", false],
  ["", false],
  [undefined, false],
])("%s: JSON is %s", (accept, expected) => expect(acceptsJson(accept)).toBe(expected));
