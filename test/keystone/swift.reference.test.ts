import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { swiftBlobStore } from "../../shared/images/adapters/swift/blob-store.ts";
import { keystoneSwiftLogin, type SwiftLogin } from "../../shared/images/adapters/swift/swift-login.ts";
import { askKeystone } from "../../shared/keystone/ask-keystone.ts";
import { parseServiceCredentials } from "../../shared/keystone/service-credentials.ts";
import { serviceToken } from "../../shared/keystone/service-token.ts";
import { swiftUnderTest } from "../contract/images/swift-under-test.ts";

/**
 * The image store in Swift with a login by Keystone, both real: test/reference/stack/up.sh, and swift-up.sh with
 * SWIFT_REFERENCE_KEYSTONE, which prints TEST_KEYSTONE_SWIFT_URL.
 */
const authUrl = process.env.TEST_KEYSTONE_URL ?? "http://127.0.0.1:5000/v3";
const swift = process.env.TEST_KEYSTONE_SWIFT_URL;
if (swift === undefined) {
  throw new Error(
    "TEST_KEYSTONE_SWIFT_URL is not set: start Swift with SWIFT_REFERENCE_KEYSTONE=http://127.0.0.1:5000 test/reference/stack/swift-up.sh",
  );
}
const clock = () => new Date();
const region = `Swift${randomUUID()}`;
/** What is deleted when all is done, last made first. */
const made: string[] = [];
const ask = askKeystone({ authUrl, timeoutSeconds: 20, clock });
const loginOf = (username: string, project_name: string) =>
  serviceToken({
    ask,
    clock,
    credentials: async () =>
      parseServiceCredentials(JSON.stringify({ username, password: username, project_name })),
  });
const admin = loginOf("admin", "admin");

async function keystone(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${authUrl}${path}`, {
    method,
    headers: { "X-Auth-Token": await admin.get(), "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? {} : JSON.parse(text);
}

beforeAll(async () => {
  await keystone("POST", "/regions", { region: { id: region } });
  made.unshift(`/regions/${region}`);
  const { service } = await keystone("POST", "/services", {
    service: { type: "object-store", name: region },
  });
  made.unshift(`/services/${service.id}`);
  await keystone("POST", "/endpoints", {
    endpoint: {
      service_id: service.id,
      region_id: region,
      interface: "internal",
      url: `${swift}/v1/KEY_%(project_id)s`,
    },
  });
});
afterAll(async () => {
  for (const path of made) await keystone("DELETE", path);
});

const loggedIn = (): SwiftLogin =>
  keystoneSwiftLogin({ ask, service: loginOf("glance", "service"), clock, region, interface: "internal" });

it("finds the project's account in the catalog, and stores, signs, reads and deletes there", async () => {
  const login = loggedIn();
  expect(await login.account()).toMatch(new RegExp(`^${swift}/v1/KEY_[0-9a-f]{32}$`));
  const container = `keystone-${Date.now()}`;
  const { blobs, putPart, download, leftovers } = await swiftUnderTest(login, container);
  const [key, bytes] = [`${randomUUID()}/${randomUUID()}`, randomBytes(100_000)];
  const upload = await blobs.createUpload(key);
  expect(await putPart(await blobs.signPart(key, upload, 1, bytes.length, 600), bytes)).toBe(201);
  await blobs.completeUpload(key, upload, (await blobs.listParts(key, upload)).parts);
  expect(Buffer.compare(await download(await blobs.signDownload(key, 600)), bytes)).toBe(0);
  await blobs.delete(key);
  expect(await leftovers()).toEqual([]);
});

it("renews a token that Swift does not take", async () => {
  const login = loggedIn();
  const given = ["no-token-of-keystone", await login.token()];
  const discarded: string[] = [];
  const blobs = swiftBlobStore({
    login: {
      ...login,
      token: async () => given[discarded.length] ?? "",
      discard: (token) => discarded.push(token),
    },
    container: "none",
    madeBy: "nobody",
    allowedOrigins: [],
    create: false,
    tempUrlKey: async () => "",
    clock,
  });
  await expect(blobs.head("none")).rejects.toThrow("The container none of the image store is not there");
  expect(discarded).toEqual(["no-token-of-keystone"]);
});
