import { expect, it } from "vitest";
import type { ApiRequest } from "../../../../shared/http/api-request.ts";
import { importRequest } from "../../../../shared/images/wire/import-body.ts";

const request = (method: object, sent: Record<string, string> = {}): ApiRequest => {
  const body = Buffer.from(JSON.stringify({ method }));
  const headers = new Headers({ "Content-Type": "application/json", ...sent });
  return { headers, body, requestId: "req-1" } as unknown as ApiRequest;
};

it("takes long URLs, and no more than a list of tasks can hold many of", () => {
  const web = (uri: string) => importRequest(request({ name: "web-download", uri }), ["web-download"]);
  const long = `https://x.example/${"a".repeat(15_000)}`;
  expect(web(long).method.uri).toBe(long);
  expect(() => web(`${long}${"a".repeat(2000)}`)).toThrow("The body of an import has at most 16384 bytes.");
});

it("takes the login of a glance-download along, in whichever header it came", () => {
  const name = "glance-download";
  for (const headers of [{ "X-Auth-Token": "secret" }, { Authorization: "Bearer secret" }])
    expect(importRequest(request({ name }, headers), [name])).toMatchObject({ token: "secret" });
  expect(() => importRequest(request({ name }), [name])).toThrow(/needs a login/);
});
