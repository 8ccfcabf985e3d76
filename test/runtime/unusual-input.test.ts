import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unusual } from "../reference/differential/scripts/unusual.ts";
import { Session } from "../reference/differential/session.ts";
import type { Callers } from "../reference/rbac/callers.ts";
import { logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

/**
 * What test/reference compares with a real Glance, on the service's own identities: no input makes it fail, neither
 * through the ingress nor at the bare gateway, and each refusal says something.
 */
let runtime: LocalRuntime;
let callers: Callers;

async function projectOf(token: string): Promise<string> {
  const headers = { "X-Auth-Token": token, "X-Subject-Token": token };
  const response = await fetch(`${runtime.url}/v3/auth/tokens`, { headers });
  return ((await response.json()) as { token: { project: { id: string } } }).token.project.id;
}

beforeAll(async () => {
  runtime = await startRuntime();
  const tokens = new Map<string, string>();
  for (const user of ["admin", "demo", "alt"] as const)
    tokens.set(user, (await logIn(runtime.url, user)).token);
  callers = {
    headersOf: (caller) => ({ "X-Auth-Token": tokens.get(caller) ?? "" }),
    projects: {
      demo: await projectOf(tokens.get("demo") ?? ""),
      alt: await projectOf(tokens.get("alt") ?? ""),
    },
  };
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

describe.each(["through the ingress", "at the bare gateway"])("unusual input %s", (where) => {
  const session = () => {
    const url = where === "through the ingress" ? runtime.url : runtime.gatewayUrl;
    return new Session({ url, callers }, where === "through the ingress" ? "aaaaaaaa" : "bbbbbbbb");
  };

  it.each(unusual)("is answered or refused: $name", async ({ run }) => {
    const asked = session();
    await run(asked);
    expect(asked.exchanges.length).toBeGreaterThan(10);
    const failures = asked.exchanges
      .filter(({ answer: { status, body } }) => status >= 500 || (status >= 400 && body.length < 20))
      .map(({ method, path, sent, answer }) =>
        [method, path.slice(0, 100), sent.slice(0, 100), answer.status, answer.body].join(" "),
      );
    expect(failures).toEqual([]);
  });

  it("leaves images as they are, and keeps every character that it takes", async () => {
    const { ask, image, patch } = session();
    const text = "a\u0000b\u0001\uffff\u{1F600}\u2028";
    const id = await image({ name: text, tags: [text, ""], [`k${text}`]: text });
    const { json } = await ask("demo", `GET /v2/images/${id}`);
    expect(json).toMatchObject({ name: text, [`k${text}`]: text });
    expect([...json.tags].sort()).toEqual(["", text]);
    const found = await ask("demo", `GET /v2/images?name=eq:${encodeURIComponent(text)}`);
    expect(found.json.images.map((one: { id: string }) => one.id)).toContain(id);
    // A name that only begins like another one is another one.
    expect((await ask("demo", `GET /v2/images?name=a`)).json.images).toEqual([]);

    const refused = [
      await patch("demo", id, [{ op: "replace", path: "/min_disk", value: 2 ** 31 }]),
      await patch("demo", id, [{ op: "replace", path: "/min_disk", value: 2 ** 63 }]),
      await patch("demo", id, [{ op: "replace", path: "/name", value: "\ud800" }]),
      await patch("demo", id, [{ op: "add", path: "/", value: "v" }]),
    ];
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect((await ask("demo", `GET /v2/images/${id}`)).json).toEqual(json);
  });

  it("keeps tags and members in paths as they were sent, and finds them by the same path", async () => {
    const { ask, image } = session();
    const id = await image({ visibility: "shared" });
    const names = ["a b", "a+b", "100%", "a%20b", "%2520", "\u00fc\u{1F600}", "a?b#c&d=e", "..", "\u0001"];
    const encoded = (name: string) => encodeURIComponent(name).replaceAll(".", "%2E");
    for (const name of names) {
      const path = encoded(name);
      // The ingress takes no path that somebody could resolve to another one.
      if (name === ".." && where === "through the ingress") continue;
      expect([name, (await ask("demo", `PUT /v2/images/${id}/tags/${path}`)).status]).toEqual([name, 204]);
      expect((await ask("demo", `GET /v2/images/${id}`)).json.tags).toEqual([name]);
      expect((await ask("demo", `DELETE /v2/images/${id}/tags/${path}`)).status).toBe(204);
      const member = { json: { member: name } };
      expect((await ask("demo", `POST /v2/images/${id}/members`, member)).status).toBe(200);
      expect((await ask("demo", `GET /v2/images/${id}/members/${path}`)).json.member_id).toBe(name);
      expect((await ask("demo", `DELETE /v2/images/${id}/members/${path}`)).status).toBe(204);
    }
  });

  it("refuses paths that are no percent-encoded UTF-8", async () => {
    const { ask, image } = session();
    const id = await image();
    const glance = ["%", "%zz", "%ff", "%ED%A0%80"].flatMap((broken) => [
      `PUT /v2/images/${id}/tags/${broken}`,
      `GET /v2/images/${broken}`,
      `PUT /v2/images/${broken}/file`,
      `GET /v2/images/${id}/members/${broken}`,
      `GET /v2/nothing/${broken}`,
    ]);
    const statuses = new Set<number>();
    for (const line of glance) statuses.add((await ask("demo", line)).status);
    expect(statuses).toEqual(new Set([400]));
    const refused = await ask("demo", "GET /v3/users/%ff");
    expect(refused).toMatchObject({ status: 400, json: { error: { code: 400 } } });
    expect((await ask("demo", `GET /v2/images/${id}`)).json.tags).toEqual([]);
  });
});
