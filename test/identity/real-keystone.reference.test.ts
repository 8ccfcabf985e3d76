import { afterAll, beforeAll, expect, it } from "vitest";
import { keystoneUrl } from "../reference/rbac/callers.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";

/**
 * What clients ask an identity service on the way to an image command (osc_lib, find_resource), by the real Keystone
 * of test/reference/stack/up.sh and by the service's own: they go on after a 403 and break off after other answers.
 */
interface LogIn {
  readonly token: string;
  readonly userId: string;
  readonly projectId: string;
}

let runtime: LocalRuntime;
beforeAll(async () => {
  runtime = await startRuntime();
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

async function logIn(url: string, name: string): Promise<LogIn> {
  const domain = { id: "default" };
  const identity = { methods: ["password"], password: { user: { name, password: name, domain } } };
  const response = await fetch(`${url}/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ auth: { identity, scope: { project: { name, domain } } } }),
  }).catch((cause) => {
    throw new Error(`no Keystone at ${url}: start it with test/reference/stack/up.sh`, { cause });
  });
  const { token } = (await response.json()) as { token: Record<"user" | "project", { id: string }> };
  const id = response.headers.get("x-subject-token") ?? "";
  return { token: id, userId: token.user.id, projectId: token.project.id };
}

/** `{demo}` and `{alt}` stand for the ids of those projects, `{me}` and `{other}` for their users. */
const questions = [
  "/projects/{demo}",
  "/projects/{alt}",
  "/projects/nothing",
  "/projects/demo",
  "/projects",
  "/projects?name=demo",
  "/projects?name=alt",
  "/projects?name=nothing",
  "/projects?name={alt}",
  "/projects?domain_id=default",
  "/projects?domain_id=default&name=demo",
  "/projects?domain_id=other",
  "/users/{me}",
  "/users/{other}",
  "/users/nothing",
  "/users",
  "/users?name=demo",
  "/users?name=nothing",
  "/users/{me}/projects",
  "/users/{other}/projects",
  "/auth/projects",
  "/domains/default",
  "/roles/nothing",
  "/role_assignments",
];

/** Status, words of a refusal, and names of what is found. */
async function answers(url: string, user: string, other: string): Promise<string[]> {
  const [me, another] = [await logIn(url, user), await logIn(url, other)];
  const ids = { me: me.userId, other: another.userId, [user]: me.projectId, [other]: another.projectId };
  const lines: string[] = [];
  for (const question of questions) {
    const path = Object.entries(ids).reduce((text, [name, id]) => text.replace(`{${name}}`, id), question);
    const response = await fetch(url + path, { headers: { "X-Auth-Token": me.token } });
    const body = (await response.json()) as Record<string, unknown>;
    const { message } = (body.error ?? {}) as { message?: string };
    const entries = Object.entries(body)
      .filter(([key]) => key !== "links" && key !== "error")
      .flatMap(([, entry]) => entry as { name: string }[] | { name: string });
    const names = entries.map(({ name }) => name).sort();
    lines.push([question, response.status, ...names, message ?? ""].join(" ").trimEnd());
  }
  return lines;
}

it.each([
  ["demo", "alt"],
  ["alt", "demo"],
])("answers what %s asks as the real Keystone does", async (user, other) => {
  const expected = await answers(keystoneUrl, user, other);
  expect(expected).toContain(
    "/projects?name=alt 403 You are not authorized to perform the requested action: identity:list_projects.",
  );
  expect(await answers(`${runtime.url}/v3`, user, other)).toEqual(expected);
});

/** Statuses of GET and DELETE of tokens, by whom, of which token, one after the other. */
async function tokenLife(url: string): Promise<string[]> {
  const [demo, other, alt, admin] = await Promise.all(
    ["demo", "demo", "alt", "admin"].map(async (name) => (await logIn(url, name)).token),
  );
  const tokens: Record<string, string | undefined> = {
    demo,
    other,
    alt,
    admin,
    garbage: "garbage",
    empty: "",
  };
  const steps = [
    ...["demo none", "admin none", "demo empty", "admin empty", "demo garbage", "admin garbage"],
    ...["none demo", "garbage demo", "alt demo", "demo other", "demo other", "admin other", "other demo"],
    ...["admin alt", "alt alt", "admin alt", "demo demo", "demo demo", "admin demo"],
  ];
  const lines: string[] = [];
  for (const step of steps) {
    const [asker = "", subject = ""] = step.split(" ").map((name) => tokens[name]);
    const headers = {
      ...(asker !== "" && { "X-Auth-Token": asker }),
      ...(!step.endsWith(" none") && { "X-Subject-Token": subject }),
    };
    for (const method of ["GET", "DELETE"]) {
      const { status } = await fetch(`${url}/auth/tokens`, { method, headers });
      lines.push(`${step} ${method} ${status}`);
    }
  }
  return lines;
}

it("tokens are shown and revoked as by the real Keystone", async () => {
  const expected = await tokenLife(keystoneUrl);
  expect(expected).toContain("demo other DELETE 204");
  expect(await tokenLife(`${runtime.url}/v3`)).toEqual(expected);
});
