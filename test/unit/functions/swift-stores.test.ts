import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { swiftWiring } from "../../../functions/wiring/swift-stores.ts";
import type { SwiftStoreSetting } from "../../../shared/settings/stores/store-setting.ts";

/** Keystone and Secrets Manager in one, as far as a login needs them. */
let server: Server;
let url: string;
let secret: Record<string, string>;
const logins: unknown[] = [];

beforeEach(async () => {
  logins.length = 0;
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (request.url === "/") return response.end(JSON.stringify({ SecretString: JSON.stringify(secret) }));
    if (request.url?.startsWith("/v3/auth/tokens")) {
      logins.push(JSON.parse(body));
      response.writeHead(201, { "X-Subject-Token": "token" });
      return response.end('{"token":{"expires_at":"2999-01-01T00:00:00Z"}}');
    }
    const endpoint = (kind: string) => ({
      interface: kind,
      region_id: "one",
      url: `https://${kind}/v1/KEY_a`,
    });
    const endpoints = [endpoint("internal"), endpoint("public")];
    return response.end(JSON.stringify({ catalog: [{ type: "object-store", endpoints }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("IMAGE_BUCKET", "first-bucket");
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", url);
  vi.stubEnv("STORE_RESOURCES", "old=arn:of:made");
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const store = (more: Partial<SwiftStoreSetting> = {}): SwiftStoreSetting => ({
  ...{ id: "old", type: "swift", authUrl: `${url}/v3`, container: "glance" },
  ...more,
});

test("without a project an application credential logs in, which knows its own", async () => {
  secret = { application_credential_id: "id", application_credential_secret: "word", temp_url_key: "key" };
  const { login, tempUrlKey, madeBy, create } = swiftWiring(store());
  expect(await login.account()).toBe("https://public/v1/KEY_a");
  expect(logins).toEqual([
    {
      auth: {
        identity: {
          methods: ["application_credential"],
          application_credential: { id: "id", secret: "word" },
        },
      },
    },
  ]);
  expect([await tempUrlKey(), madeBy, create]).toEqual(["key", "first-bucket", false]);
});

test("with a project a user of it logs in", async () => {
  secret = { username: "glance", password: "word", user_domain_name: "cloud", temp_url_key: "key" };
  const given = store({ project: "service", interface: "internal", region: "one" });
  expect(await swiftWiring(given).login.account()).toBe("https://internal/v1/KEY_a");
  expect(logins).toMatchObject([
    {
      auth: {
        identity: { password: { user: { name: "glance", domain: { name: "cloud" }, password: "word" } } },
        scope: { project: { name: "service", domain: { name: "Default" } } },
      },
    },
  ]);
});

test("containers of one account are reached by one login, and copied between; others by others", () => {
  const one = swiftWiring(store({ secret: "arn:named", endpoint: "https://a/v1/b" }));
  const two = swiftWiring(store({ secret: "arn:named", endpoint: "https://a/v1/b", container: "two" }));
  const three = swiftWiring(store({ secret: "arn:another", endpoint: "https://a/v1/b" }));
  expect(one.login).toBe(two.login);
  expect(one.account).toBe(two.account);
  expect(three.login).not.toBe(one.login);
  expect(three.account).not.toBe(one.account);
});

test("a store of whose secret nothing was said names itself", () => {
  vi.stubEnv("STORE_RESOURCES", "");
  expect(() => swiftWiring(store())).toThrow("STORE_RESOURCES names no secret of old");
});
