import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Source, startSource } from "../runtime/http-source.ts";
import { logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { runJob } from "../runtime/run-job.ts";
import { identityApi, seededStore } from "../unit/identity/identity-api.ts";
import { cacheCalls } from "./cache-calls.ts";
import { type Operation, operations } from "./documented.ts";
import { identityCalls } from "./identity-calls.ts";
import { imageCalls, type Tokens } from "./image-calls.ts";
import { importCalls } from "./import-calls.ts";
import { metadefCalls } from "./metadef-calls.ts";
import { type ServiceUnderTest, serviceUnderTest } from "./service-under-test.ts";
import { copyCalls, storeCalls } from "./store-calls.ts";
import { transferCalls } from "./transfer-calls.ts";
import { truncateBytesOf } from "./truncate-bytes.ts";

let source: Source;
let slow: Source;
let runtime: LocalRuntime;
let api: ServiceUnderTest;
let tokens: Tokens;
let calls: ReturnType<typeof imageCalls>;

beforeAll(async () => {
  // As many bytes as the images have that are uploaded: it becomes a second place of one.
  source = await startSource(Buffer.alloc(1000, "data"));
  // More than one part of a copy.
  slow = await startSource(Buffer.alloc(17 * 1024 ** 2));
  runtime = await startRuntime({
    environment: {
      GLANCE_DELAYED_DELETE: "true",
      GLANCE_IMAGE_CACHE_DIR: "cache",
      GLANCE_IMAGE_PROVENANCE: "true",
      GLANCE_USE_KEYSTONE_LIMITS: "true",
      GLANCE_IMAGE_COUNT_TOTAL: "1000",
      GLANCE_LOCKOUT_FAILURE_ATTEMPTS: "2",
      GLANCE_ENABLED_BACKENDS: "s3:s3,cheap:s3,web:http",
      GLANCE_SHOW_MULTIPLE_LOCATIONS: "true",
      GLANCE_SHOW_IMAGE_DIRECT_URL: "true",
      GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.0/8",
      GLANCE_ALLOWED_PORTS: [source, slow].map(({ url }) => new URL(url).port).join(","),
      GLANCE_DEFAULT_BACKEND: "s3",
    },
  });
  api = serviceUnderTest(runtime.url);
  const tokenOf = async (user: keyof Tokens) => (await logIn(runtime.url, user)).token;
  tokens = {
    admin: await tokenOf("admin"),
    demo: await tokenOf("demo"),
    alt: await tokenOf("alt"),
    reader: await tokenOf("reader"),
  };
  calls = imageCalls(api, tokens);
});
afterAll(async () => {
  await source?.close();
  await slow?.close();
  await runtime?.stop();
  runtime?.remove();
});

describe("the running service answers as the document says", () => {
  it("of versions, schemas, health and information", async () => {
    const { demo: token } = tokens;
    await api.expecting(300, "GET", "/");
    for (const path of ["/versions", "/v2", "/v2.9/versions", "/healthcheck"])
      await api.expecting(200, "GET", path);
    await api.expecting(204, "HEAD", "/healthcheck");
    for (const name of [
      "image",
      "images",
      "member",
      "members",
      "task",
      "tasks",
      ...["namespace", "object", "property", "tag", "resource_type"].map((name) => `metadefs/${name}`),
      ...["namespaces", "objects", "properties", "tags", "resource_types"].map((name) => `metadefs/${name}`),
    ])
      await api.expecting(200, "GET", `/v2/schemas/${name}`, { token });
    await api.expecting(200, "GET", "/v2/info/import", { token });
    for (const path of ["schemas/none", "schemas/metadefs/none"])
      await api.expecting(404, "GET", `/v2/${path}`, { token });
  });

  it("of stores", () => storeCalls(api, tokens, calls, source.url));
  it("of copies under way", () => copyCalls(api, tokens, calls, slow));
  it("of images", () => calls.images());
  it("of imports and tasks", () => importCalls(api, tokens, calls));
  it("of lists", () => calls.lists());
  it("of data", () => calls.data());
  it("of members", async () => {
    const own = await api.expecting<{ projects: { id: string }[] }>(200, "GET", "/v3/auth/projects", {
      token: tokens.alt,
    });
    await calls.members(own.json.projects[0]?.id ?? "");
  });
  it("of metadata definitions", () => metadefCalls(api, tokens));
  it("of the cache", () => cacheCalls(api, tokens, calls));
  it("of transfers", () => transferCalls(api, tokens.demo, calls.create));
  it("of users, projects, roles, credentials and tokens", () => identityCalls(api, tokens.admin));

  it("of recovery", async () => {
    const image = await calls.recovery(() => runJob(runtime.home, "scrubber"));
    const recover = () => api.call("POST", `${image}/actions/recover`, { token: tokens.admin });
    let recovered = await recover();
    for (let tries = 0; recovered.status === 409 && tries < 50; tries++) {
      await sleep(100);
      recovered = await recover();
    }
    expect(recovered.status).toBe(204);
  });

  it("of audits, when one has found something", async () => {
    const { admin: token, demo } = tokens;
    const image = await calls.create();
    const data = Buffer.from(randomUUID().repeat(100));
    await calls.upload(image, data);
    truncateBytesOf(runtime.home, data);
    await runJob(runtime.home, "auditor-deep");
    await api.expecting(200, "GET", `${image}/integrity`, { token: demo });
    const path = "/v2/audit/findings";
    const { json } = await api.expecting<{ findings: { id: string }[] }>(200, "GET", `${path}?limit=5`, {
      token,
    });
    const [finding] = json.findings;
    await api.expecting(200, "POST", `${path}/${finding?.id}/acknowledge`, { token });
    await api.expecting(400, "GET", `${path}?state=none`, { token });
    await api.expecting(403, "GET", path, { token: demo });
  });

  it("of an identity provider's tokens", async () => {
    const expiresAt = Math.floor(Date.now() / 1000) + 60;
    const verify = async () => ({ subject: "s", userName: "joe", expiresAt });
    const identity = identityApi(await seededStore(), {
      findVerifier: (id) => (id === "corp" ? { verify } : undefined),
    });
    for (const [method, provider, status] of [
      ["GET", "corp", 201],
      ["POST", "corp", 201],
      ["POST", "none", 404],
    ] as const) {
      const target = `/v3/OS-FEDERATION/identity_providers/${provider}/protocols/openid/auth`;
      const answer = await identity({ method, path: target, headers: { Authorization: "Bearer good" } });
      const headers = answer.headers as Record<string, string>;
      const faults = await api.compared.faults({
        method,
        target,
        answer: new Response(answer.text, { status: answer.status, headers }),
      });
      expect([answer.status, faults]).toEqual([status, []]);
    }
  });
});

describe("whatever it is asked,", () => {
  /** A path of the operation with an id that there is not, but for the image's. */
  const targetOf = ({ path }: Operation, image: string) =>
    path
      .replace("{version}", "v2")
      .replace("{image_id}", image)
      .replace(/\{\w+\}/g, "none");

  it("a missing token is refused as documented, for both who read JSON and who do not", async () => {
    for (const operation of operations.filter(({ security }) => security.length > 0))
      for (const Accept of ["application/json", "*/*"]) {
        const target = targetOf(operation, randomUUID());
        const { status } = await api.call(operation.method, target, { headers: { Accept } });
        expect([401, 404]).toContain(status);
      }
  });

  it("a request id that is too long is refused as documented", async () => {
    const gateway = serviceUnderTest(runtime.gatewayUrl);
    for (const operation of operations) {
      const headers = { "X-OpenStack-Request-ID": "x".repeat(65) };
      await gateway.expecting(431, operation.method, targetOf(operation, randomUUID()), { headers });
    }
  });

  it("each kind of wrong body has a documented answer, for an image that there is and for one that is none", async () => {
    const bodies = [undefined, "{", '{"size": "x", "member": [], "parts": [{}], "auth": {}, "user": {}}'];
    for (const token of [tokens.reader, tokens.admin])
      for (const body of bodies) {
        const existing = (await calls.create()).slice("/v2/images/".length);
        for (const operation of operations) {
          if (body !== undefined && ["GET", "HEAD"].includes(operation.method)) continue;
          const targets = [randomUUID(), existing].map((image) => targetOf(operation, image));
          for (const target of new Set(targets))
            await api.call(operation.method, target, { token, ...(body && { body }) });
        }
      }
  });

  it("a body that is too large is refused as documented", async () => {
    const body = JSON.stringify("x".repeat(600 * 1024));
    const image = (await calls.create()).slice("/v2/images/".length);
    for (const operation of operations.filter(({ requestBody }) => requestBody)) {
      const target = targetOf(operation, image);
      const { status } = await api.call(operation.method, target, { token: tokens.admin, body });
      expect([413, 415], `${operation.operationId}: ${status}`).toContain(status);
    }
  });
});

it("every success that the document names was seen", () => {
  expect(api.compared.unmet()).toEqual([]);
  console.log(`answers compared: ${api.compared.met()} kinds`);
});
