import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { clientWith, type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

/** So long the image functions may take a revoked login for good. */
const CACHE_SECONDS = 1;
let runtime: LocalRuntime;
let admin: ImageClient;
let roleId: string;
beforeAll(async () => {
  runtime = await startRuntime({ environment: { GLANCE_TOKEN_CACHE_TIME: String(CACHE_SECONDS) } });
  admin = await logIn(runtime.url, "admin");
  const { roles } = (await (await admin.fetch("/v3/roles?name=member")).json()) as {
    roles: { id: string }[];
  };
  roleId = roles[0]?.id ?? "";
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const call = async (client: ImageClient, method: string, path: string, body?: unknown) => {
  const answer = await client.fetch(path, {
    method,
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? {} : JSON.parse(text);
};
const tokenOf = async (identity: object) => {
  const answer = await fetch(`${runtime.url}/v3/auth/tokens`, {
    method: "POST",
    body: JSON.stringify({ auth: { identity } }),
  });
  return clientWith(runtime.url, answer.headers.get("x-subject-token") ?? "");
};

/** A user with a project of its own, its login, and a credential's. */
async function newcomer(name: string) {
  const { project } = await call(admin, "POST", "/v3/projects", { project: { name } });
  const wanted = { name, password: name, default_project_id: project.id };
  const { user } = await call(admin, "POST", "/v3/users", { user: wanted });
  const grant = `/v3/projects/${project.id}/users/${user.id}/roles/${roleId}`;
  await call(admin, "PUT", grant);
  const password = { user: { id: user.id, password: name } };
  const client = await tokenOf({ methods: ["password"], password });
  const credentials = `/v3/users/${user.id}/application_credentials`;
  const made = await call(client, "POST", credentials, { application_credential: { name: "ci" } });
  const { id, secret } = made.application_credential;
  const ci = await tokenOf({ methods: ["application_credential"], application_credential: { id, secret } });
  return { client, ci, user: `/v3/users/${user.id}`, project: `/v3/projects/${project.id}`, grant, id, name };
}
type Newcomer = Awaited<ReturnType<typeof newcomer>>;

/** Answers of a call with the transfer token alone. */
async function transferOf(client: ImageClient) {
  const path = `/v2/images/${await client.create()}/transfers`;
  const { id, token } = await call(client, "POST", path, { size: 10 });
  return async () => {
    const headers = { "X-Image-Transfer-Token": token, "Content-Type": "application/json" };
    const body = JSON.stringify({ parts: [{ number: 1, size: 10 }] });
    return (await fetch(`${runtime.url}${path}/${id}/parts`, { method: "POST", headers, body })).status;
  };
}

const revocations: Record<string, (newcomer: Newcomer) => Promise<unknown>> = {
  "the user is disabled": ({ user }) => call(admin, "PATCH", user, { user: { enabled: false } }),
  "the user is deleted": ({ user }) => call(admin, "DELETE", user),
  "the user gets another password": ({ user }) => call(admin, "PATCH", user, { user: { password: "x" } }),
  "the last role is taken away": ({ grant }) => call(admin, "DELETE", grant),
  "the project is disabled": ({ project }) => call(admin, "PATCH", project, { project: { enabled: false } }),
  "the project is deleted": ({ project }) => call(admin, "DELETE", project),
  "the credential is deleted": ({ client, user, id }) =>
    call(client, "DELETE", `${user}/application_credentials/${id}`),
};

it.each(Object.entries(revocations))("transfers and tokens end when %s", async (why, revoke) => {
  const one = await newcomer(why.replaceAll(" ", "-"));
  const transfers = [await transferOf(one.client), await transferOf(one.ci)];
  for (const sign of transfers) expect(await sign()).toBe(200);
  await revoke(one);
  const patience = { timeout: (CACHE_SECONDS + 10) * 1000, interval: 100 };
  for (const sign of transfers) await vi.waitFor(async () => expect(await sign()).toBe(403), patience);
  for (const client of [one.client, one.ci])
    await vi.waitFor(async () => expect((await client.fetch("/v2/images")).status).toBe(401), patience);
});

it("a token that was revoked alone ends, and its user's other logins and transfers go on", async () => {
  const one = await newcomer("alone");
  const sign = await transferOf(one.client);
  const headers = { "X-Subject-Token": one.client.token };
  expect((await one.ci.fetch("/v3/auth/tokens", { method: "DELETE", headers })).status).toBe(204);
  expect((await one.client.fetch("/v3/auth/projects")).status).toBe(401);
  expect((await one.ci.fetch("/v3/auth/tokens", { headers })).status).toBe(404);
  await vi.waitFor(async () => expect((await one.client.fetch("/v2/images")).status).toBe(401), {
    timeout: 10_000,
  });
  expect((await one.ci.fetch("/v2/images")).status).toBe(200);
  expect(await sign()).toBe(200);
});
