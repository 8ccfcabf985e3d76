import { expect, it } from "vitest";
import type { ApiRequest } from "../../../../shared/http/api-request.ts";
import { importRequest } from "../../../../shared/images/wire/import-body.ts";

const request = (uri: string): ApiRequest => {
  const body = Buffer.from(JSON.stringify({ method: { name: "web-download", uri } }));
  const headers = new Map([["content-type", "application/json"]]);
  return { headers, body, requestId: "req-1" } as unknown as ApiRequest;
};

it("takes long URLs, and no more than a list of tasks can hold many of", () => {
  const long = `https://x.example/${"a".repeat(15_000)}`;
  expect(importRequest(request(long), ["web-download"]).method.uri).toBe(long);
  expect(() => importRequest(request(`${long}${"a".repeat(2000)}`), ["web-download"])).toThrow(
    "The body of an import has at most 16384 bytes.",
  );
});
