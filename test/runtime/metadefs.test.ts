import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImageClient, logInEach } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

interface Told {
  readonly event_type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a document of the API, compared member by member.
  readonly body: any;
}

let runtime: LocalRuntime;
let admin: ImageClient;
let demo: ImageClient;
let alt: ImageClient;
let demoProject: string;

beforeAll(async () => {
  runtime = await startRuntime({ environment: { GLANCE_DISABLED_NOTIFICATIONS: "metadef_tag.delete" } });
  [admin, demo, alt] = await logInEach(runtime.url, "admin", "demo", "alt");
  const answer = await demo.fetch("/v3/auth/projects");
  const { projects } = (await answer.json()) as { projects: { id: string }[] };
  demoProject = projects[0]?.id ?? "";
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const base = "/v2/metadefs/namespaces";

async function ask(
  client: ImageClient,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await client.fetch(path, {
    method,
    headers: { Accept: "application/json", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === "" ? undefined : JSON.parse(text) };
}

function toldOf(name: string): Told[] {
  const file = join(runtime.home, "events", "events.jsonl");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return lines
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { detail: Told }).detail)
    .filter(({ payload }) => payload.namespace === name);
}

/** Waits until the namespace's events have been delivered up to one of this type; each type once. */
async function untilTold(name: string, last: string): Promise<Set<string>> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) {
    const types = new Set(toldOf(name).map(({ event_type }) => event_type));
    if (types.has(last)) return types;
  }
  throw new Error(`waited for ${last} of ${name}`);
}

const schema = { type: "integer", title: "Cores", minimum: 1 };
const content = {
  resource_type_associations: [{ name: "OS::Glance::Image", prefix: "hw_" }],
  properties: { cores: schema },
  objects: [{ name: "sockets", required: ["cores"], properties: { cores: schema } }],
  tags: [{ name: "numa" }],
};

describe("metadata definitions through the whole service", () => {
  it("live and die as in Glance, and tell of it", async () => {
    const name = "OS::Life";
    const made = await ask(admin, "POST", base, { namespace: name, visibility: "public", ...content });
    expect(made.status).toBe(201);
    expect(made.headers.get("location")).toBe(`${runtime.url}${base}/OS::Life`);
    expect(made.body).toMatchObject({ namespace: name, protected: false, ...content });

    const shown = await ask(demo, "GET", `${base}/${name}?resource_type=OS::Glance::Image`);
    expect(shown.body.properties).toEqual({ hw_cores: schema });
    expect(shown.body.objects).toMatchObject([{ required: ["hw_cores"], properties: { hw_cores: schema } }]);

    expect((await ask(admin, "PUT", `${base}/${name}`, { namespace: "Renamed" })).body).toMatchObject({
      namespace: "Renamed",
      visibility: "private",
    });
    expect((await ask(admin, "GET", `${base}/${name}`)).status).toBe(404);
    expect((await ask(demo, "GET", `${base}/Renamed`)).status).toBe(404);
    const whole = await ask(admin, "GET", `${base}/Renamed`);
    expect(whole.body).toMatchObject({ properties: { cores: schema }, tags: [{ name: "numa" }] });

    const headers = { "X-Openstack-Append": "true" };
    await ask(admin, "POST", `${base}/Renamed/tags`, { tags: [{ name: "a" }] }, headers);
    const tags = await ask(admin, "GET", `${base}/Renamed/tags?sort_key=name&sort_dir=asc`);
    expect(tags.body).toEqual({ tags: [{ name: "a" }, { name: "numa" }] });
    for (const one of ["/tags/a", "/tags", "/objects", "/properties/cores", "/properties"])
      expect((await ask(admin, "DELETE", `${base}/Renamed${one}`, {})).status).toBe(400);
    expect((await ask(admin, "DELETE", `${base}/Renamed/tags/a`)).status).toBe(204);
    expect((await ask(admin, "DELETE", `${base}/Renamed/objects`)).status).toBe(204);
    expect((await ask(admin, "DELETE", `${base}/Renamed`)).status).toBe(204);
    expect((await ask(admin, "GET", `${base}/Renamed`)).status).toBe(404);
    const types = await ask(demo, "GET", "/v2/metadefs/resource_types");
    expect(types.body.resource_types.map((type: { name: string }) => type.name)).toContain(
      "OS::Glance::Image",
    );

    const created = await untilTold(name, "metadef_property.create");
    for (const kind of ["namespace", "resource_type", "object", "tag"])
      expect(created).toContain(`metadef_${kind}.create`);
    const ended = await untilTold("Renamed", "metadef_namespace.delete");
    expect(ended).toContain("metadef_namespace.update");
    expect(ended).toContain("metadef_namespace.delete_objects");
    expect(ended).not.toContain("metadef_tag.delete");
  });

  it("are seen by their project and by admins, and listed in pages", async () => {
    for (let n = 0; n < 3; n++) {
      await ask(admin, "POST", base, { namespace: `page-${n}`, owner: demoProject });
      await ask(admin, "POST", base, { namespace: `open-${n}`, visibility: "public" });
    }
    const seen = async (client: ImageClient, limit: number) => {
      const names: string[] = [];
      let next: string | undefined = `${base}?limit=${limit}&sort_key=namespace&sort_dir=asc`;
      while (next !== undefined) {
        const { body }: Answer = await ask(client, "GET", next);
        names.push(...body.namespaces.map(({ namespace }: { namespace: string }) => namespace));
        next = body.next;
      }
      return names;
    };
    const open = ["open-0", "open-1", "open-2"];
    const own = ["page-0", "page-1", "page-2"];
    expect(await seen(alt, 2)).toEqual(open);
    expect(await seen(demo, 2)).toEqual([...open, ...own]);
    expect(await seen(admin, 25)).toEqual([...open, ...own]);
    expect((await ask(alt, "GET", `${base}?marker=page-0`)).status).toBe(403);
    for (const name of [...open, ...own]) await ask(admin, "DELETE", `${base}/${name}`);
  });

  it("are whole for everybody, however much a change brings", async () => {
    const many = (prefix: string) => Array.from({ length: 600 }, (_, n) => ({ name: `${prefix}${n}` }));
    await ask(admin, "POST", base, { namespace: "many", visibility: "public", tags: many("a") });
    const looks: string[] = [];
    const replacing = ask(admin, "POST", `${base}/many/tags`, { tags: many("b") });
    let isOver = false;
    const over = replacing.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const { body } = await ask(demo, "GET", `${base}/many/tags`);
      const kinds = new Set(body.tags.map(({ name }: { name: string }) => name.charAt(0)));
      looks.push(`${body.tags.length} ${[...kinds].join("")}`);
    }
    expect((await over).status).toBe(201);
    expect(new Set([...looks, "600 a", "600 b"])).toEqual(new Set(["600 a", "600 b"]));
    expect((await ask(admin, "DELETE", `${base}/many`)).status).toBe(204);
  });

  it("keep both of two changes at once, and make one of two of the same name", async () => {
    await ask(admin, "POST", base, { namespace: "raced", visibility: "public" });
    const added = await Promise.all(
      Array.from({ length: 4 }, (_, n) => ask(admin, "POST", `${base}/raced/tags/t${n}`)),
    );
    expect(added.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect((await ask(demo, "GET", `${base}/raced/tags`)).body.tags).toHaveLength(4);
    const twice = await Promise.all([0, 1].map(() => ask(admin, "POST", `${base}/raced/tags/same`)));
    expect(twice.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    await ask(admin, "DELETE", `${base}/raced`);
  });

  it.each([
    ["PATCH", `${base}`, "GET, POST"],
    ["POST", `${base}/x`, "GET, PUT, DELETE"],
    ["PUT", `${base}/x/objects`, "GET, POST, DELETE"],
    ["PATCH", `${base}/x/tags/y`, "GET, POST, PUT, DELETE"],
    ["GET", `${base}/x/resource_types/y`, "DELETE"],
    ["HEAD", "/v2/metadefs/resource_types", "GET"],
  ])("answer %s %s with the methods that there are", async (method, path, allow) => {
    const answer = await demo.fetch(path, { method });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, allow]);
  });

  it("take names with slashes, spaces and percent signs where paths are encoded", async () => {
    const name = "a/b c%2F?é";
    const path = `${base}/${encodeURIComponent(name)}`;
    const made = await ask(admin, "POST", base, { namespace: name, visibility: "public" });
    expect(made.headers.get("location")).toBe(`${runtime.url}${made.body.self}`);
    expect((await ask(demo, "GET", made.body.self)).body.namespace).toBe(name);
    expect((await ask(admin, "POST", `${path}/tags/${encodeURIComponent("t/1 %")}`)).status).toBe(201);
    expect((await ask(demo, "GET", `${path}/tags`)).body).toEqual({ tags: [{ name: "t/1 %" }] });
    expect((await ask(admin, "DELETE", path)).status).toBe(204);
  });
});
