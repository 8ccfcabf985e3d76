import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { FakeIssuer } from "../unit/identity/keystone/fake-issuer.ts";

const issuer = new FakeIssuer();
let runtime: LocalRuntime;

beforeAll(async () => {
  await issuer.start();
  const setting = {
    issuer: issuer.url,
    audience: ["glance"],
    claims: { project_id: "project", roles: "groups" },
  };
  runtime = await startRuntime({ environment: { GLANCE_OIDC_ISSUERS: JSON.stringify([setting]) } });
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  await issuer.stop();
});

const status = async (path: string, headers: Record<string, string>) =>
  (await fetch(`${runtime.url}${path}`, { headers })).status;

describe("the running service with an OpenID Connect issuer", () => {
  it("takes its tokens in either header, for the project that they name", async () => {
    const token = issuer.token();
    const created = await fetch(`${runtime.url}/v2/images`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify({ disk_format: "raw", container_format: "bare" }),
    });
    expect(created.status).toBe(201);
    const image = (await created.json()) as { id: string; owner: string };
    expect(image.owner).toBe("p1");
    const uploaded = await fetch(`${runtime.url}/v2/images/${image.id}/file`, {
      method: "PUT",
      headers: { "X-Auth-Token": token, "Content-Type": "application/octet-stream" },
      body: "bytes",
    });
    expect(uploaded.status).toBe(204);
    const foreign = issuer.token(issuer.payload({ project: "p2" }));
    expect(await status(`/v2/images/${image.id}`, { "X-Auth-Token": token })).toBe(200);
    expect(await status(`/v2/images/${image.id}`, { "X-Auth-Token": foreign })).toBe(404);
  });

  it("refuses all others with 401 and the way to log in", async () => {
    const forged = issuer.tokenByPublicKey();
    const response = await fetch(`${runtime.url}/v2/images`, { headers: { "X-Auth-Token": forged } });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    const expired = issuer.token(issuer.payload({ exp: 1 }));
    expect(await status("/v2/images", { "X-Auth-Token": expired })).toBe(401);
  });

  it("knows nobody itself, and says so", async () => {
    expect(await status("/v3", {})).toBe(404);
    expect(existsSync(join(runtime.home, "clouds.yaml"))).toBe(false);
    expect(runtime.output()).toContain("identity at the issuers of GLANCE_OIDC_ISSUERS");
  });
});
