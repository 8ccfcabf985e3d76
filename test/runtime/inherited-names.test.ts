import { afterAll, beforeAll, expect, it } from "vitest";
import { type ImageClient, logInEach } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

/*
 * Every object has these by inheritance. Wherever a caller may choose a word they must be words like any other one
 * that is not known: an ordinary word is asked with each of them, and answered alike.
 */
const inherited = ["constructor", "__proto__", "toString", "valueOf", "hasOwnProperty"] as const;
const ordinary = "nosuchword";

let runtime: LocalRuntime;
let demo: ImageClient;
let admin: ImageClient;
/** An image that stays as it is. */
let id: string;
let transfer: string;

beforeAll(async () => {
  runtime = await startRuntime();
  [demo, admin] = await logInEach(runtime.url, "demo", "admin");
  id = await demo.create({ visibility: "shared" });
  const uploading = await demo.create();
  const opened = await demo.fetch(`/v2/images/${uploading}/transfers`, { method: "POST", body: "{}" });
  transfer = `/v2/images/${uploading}/transfers/${((await opened.json()) as { id: string }).id}`;
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  /** JSON text is made by hand: an object literal cannot have a member `__proto__`. */
  readonly body?: string;
}

const patchType = { "Content-Type": "application/openstack-images-v2.1-json-patch" };
const patch = (body: string, headers: Record<string, string> = patchType): Asked => ({
  method: "PATCH",
  path: `/v2/images/${id}`,
  headers,
  body,
});
const post = (path: string, body: string): Asked => ({ method: "POST", path, body });
const logInWith = (identity: string, scope = ""): Asked =>
  post("/v3/auth/tokens", `{"auth":{"identity":${identity}${scope}}}`);
const passwordOf = (user: string) => `{"methods":["password"],"password":{"user":${user}}}`;
const demoUser = passwordOf('{"name":"demo","password":"demo","domain":{"id":"default"}}');

/** By what the word is. None of these changes anything. */
const questions: Readonly<Record<string, (word: string) => Asked>> = {
  "the media type of a PATCH": (word) =>
    patch('[{"op":"replace","path":"/min_ram","value":"x","name":"min_ram"}]', { "Content-Type": word }),
  "the media type of a PATCH, with parameters": (word) =>
    patch('[{"op":"add","name":"protected","value":"yes"}]', { "Content-Type": ` ${word} ; a=b` }),
  "the operation of a PATCH": (word) => patch(`[{"op":"${word}","path":"/name","value":"x"}]`),
  "a member of a change": (word) => patch(`[{"${word}":"/name","value":"x"}]`),
  "the form of a PATCH of old": (word) =>
    patch(`[{"${word}":"/name","value":"x"}]`, {
      "Content-Type": "application/openstack-images-v2.0-json-patch",
    }),
  "a property that is removed": (word) => patch(`[{"op":"remove","path":"/${word}"}]`),
  "a step below a property": (word) => patch(`[{"op":"add","path":"/name/${word}","value":"x"}]`),
  "a step below locations": (word) => patch(`[{"op":"add","path":"/locations/${word}","value":{}}]`),
  "a visibility": (word) => post("/v2/images", `{"visibility":"${word}"}`),
  "a disk format": (word) => post("/v2/images", `{"disk_format":"${word}"}`),
  "a container format that is set": (word) =>
    patch(`[{"op":"replace","path":"/container_format","value":"${word}"}]`),
  "an image's id": (word) => post("/v2/images", `{"id":"${word}"}`),
  "an image that is looked for": (word) => ({ path: `/v2/images/${word}` }),
  "an image to delete": (word) => ({ method: "DELETE", path: `/v2/images/${word}` }),
  "an image whose data is wanted": (word) => ({ path: `/v2/images/${word}/file` }),
  "a tag to remove": (word) => ({ method: "DELETE", path: `/v2/images/${id}/tags/${word}` }),
  "a member that is looked for": (word) => ({ path: `/v2/images/${id}/members/${word}` }),
  "a member to remove": (word) => ({ method: "DELETE", path: `/v2/images/${id}/members/${word}` }),
  "a member to change": (word) => ({
    method: "PUT",
    path: `/v2/images/${id}/members/${word}`,
    body: '{"status":"accepted"}',
  }),
  "what a new member is called by": (word) => post(`/v2/images/${id}/members`, `{"${word}":"a"}`),
  "an action": (word) => post(`/v2/images/${id}/actions/${word}`, ""),
  "a method of import": (word) => post(`/v2/images/${id}/import`, `{"method":{"name":"${word}"}}`),
  "a transfer": (word) => ({ path: `/v2/images/${id}/transfers/${word}` }),
  "a member of a transfer's request": (word) => post(`/v2/images/${id}/transfers`, `{"stage":"${word}"}`),
  "a member of a request for parts": (word) => post(`${transfer}/parts`, `{"${word}":[]}`),
  "a part's number": (word) => post(`${transfer}/parts`, `{"parts":[{"number":"${word}","${word}":1}]}`),
  "a hash algorithm": (word) =>
    post(`${transfer}/complete`, `{"size":1,"os_hash_algo":"${word}","os_hash_value":"${"0".repeat(128)}"}`),
  "a marker of parts": (word) => ({ path: `${transfer}?marker=${word}` }),
  "a filter": (word) => ({ path: `/v2/images?${word}=x` }),
  "a filter's operator": (word) => ({ path: `/v2/images?name=${word}:x` }),
  "a time's operator": (word) => ({ path: `/v2/images?created_at=${word}:2026-01-01T00:00:00Z` }),
  "a filter's bound": (word) => ({ path: `/v2/images?${word}_min=1` }),
  "a visibility that is looked for": (word) => ({ path: `/v2/images?visibility=${word}` }),
  "a member's status that is looked for": (word) => ({ path: `/v2/images?member_status=${word}` }),
  "a sort key": (word) => ({ path: `/v2/images?sort_key=${word}` }),
  "a sort direction": (word) => ({ path: `/v2/images?sort_dir=${word}` }),
  "a key to sort by": (word) => ({ path: `/v2/images?sort=${word}:${word}` }),
  "a page's size": (word) => ({ path: `/v2/images?limit=${word}` }),
  "a page's marker": (word) => ({ path: `/v2/images?marker=${word}` }),
  "a schema": (word) => ({ path: `/v2/schemas/${word}` }),
  "a namespace": (word) => ({ path: `/v2/metadefs/namespaces/${word}` }),
  "a property": (word) => ({ path: `/v2/metadefs/namespaces/x/properties/${word}?resource_type=${word}` }),
  "a member of a namespace": (word) => post("/v2/metadefs/namespaces", `{"namespace":"x","${word}":"x"}`),
  "a member of a property": (word) =>
    post("/v2/metadefs/namespaces/x/properties", `{"name":"x","type":"string","title":"x","${word}":"x"}`),
  "a type of a property": (word) =>
    post("/v2/metadefs/namespaces/x/properties", `{"name":"x","type":"${word}","title":"x"}`),
  "an order of namespaces": (word) => ({ path: `/v2/metadefs/namespaces?sort_key=${word}` }),
  "a resource type that is looked for": (word) => ({
    path: `/v2/metadefs/namespaces?resource_types=${word}`,
  }),
  "an order of tags": (word) => ({ path: `/v2/metadefs/namespaces/x/tags?sort_key=${word}` }),
  "a schema of metadefs": (word) => ({ path: `/v2/schemas/metadefs/${word}` }),
  "what may be done with a schema": (word) => ({ method: "DELETE", path: `/v2/schemas/${word}` }),
  "a version": (word) => ({ path: `/${word}` }),
  "a version before images": (word) => ({ path: `/${word}/images` }),
  "a path": (word) => ({ path: `/v2/${word}` }),
  information: (word) => ({ path: `/v2/info/${word}` }),
  "a media type that is accepted": (word) => ({ path: `/v2/images/none`, headers: { Accept: word } }),
  "the media type of an upload": (word) => ({
    method: "PUT",
    path: `/v2/images/${id}/file`,
    headers: { "Content-Type": word },
    body: "data",
  }),
  "a header": (word) => ({ path: `/v2/images/${id}`, headers: { [`x-${word}`]: word, [word]: word } }),
  "an origin": (word) => ({ path: `/v2/images/${id}`, headers: { Origin: word } }),
  "a range": (word) => ({ path: `/v2/images/${id}/file`, headers: { Range: word } }),
  "a token": (word) => ({ path: "/v2/images", headers: { "X-Auth-Token": word } }),
  "a state of findings": (word) => ({ path: `/v2/audit/findings?state=${word}&kind=${word}` }),
  "a finding": (word) => post(`/v2/audit/findings/${word}/acknowledge`, ""),
  "a way to log in": (word) => logInWith(`{"methods":["${word}"],"${word}":{}}`),
  "a member of a log-in": (word) => logInWith(passwordOf(`{"${word}":"demo","password":"demo"}`)),
  "a scope": (word) => post("/v3/auth/tokens", `{"auth":{"identity":${demoUser},"scope":{"${word}":{}}}}`),
  "a token to look at": (word) => ({ path: "/v3/auth/tokens", headers: { "X-Subject-Token": word } }),
  "a resource of the identity service": (word) => ({ path: `/v3/${word}` }),
  "a project": (word) => ({ path: `/v3/projects/${word}` }),
  "a user that is looked for": (word) => ({ path: `/v3/users/${word}` }),
  "a role": (word) => ({ path: `/v3/roles/${word}` }),
  "a role of a user": (word) => ({ method: "PUT", path: `/v3/projects/x/users/y/roles/${word}` }),
  "a filter of users": (word) => ({ path: `/v3/users?${word}=x` }),
  "a member of a new user": (word) => post("/v3/users", `{"user":{"${word}":"x"}}`),
  "an identity provider": (word) => ({
    path: `/v3/OS-FEDERATION/identity_providers/${word}/protocols/openid/auth`,
  }),
};

/** Each of these costs the hash of a password. */
const logIns: Readonly<Record<string, (word: string) => Asked>> = {
  "a user": (word) => logInWith(passwordOf(`{"name":"${word}","password":"x","domain":{"id":"default"}}`)),
  "a user's id": (word) => logInWith(passwordOf(`{"id":"${word}","password":"x"}`)),
  "a user's domain": (word) =>
    logInWith(passwordOf(`{"name":"demo","password":"demo","domain":{"id":"${word}"}}`)),
  "a project to log in to": (word) =>
    post("/v3/auth/tokens", `{"auth":{"identity":${demoUser},"scope":{"project":{"id":"${word}"}}}}`),
};

it.each(Object.entries(logIns))("as %s they are like any other unknown word", async (_, question) => {
  const statuses: number[] = [];
  for (const word of [ordinary, "constructor", "__proto__"]) {
    const { path, ...init } = question(word);
    statuses.push((await demo.fetch(path, init)).status);
  }
  expect(statuses).toEqual(statuses.map(() => 401));
});

it.each(Object.entries(questions))("as %s they are like any other unknown word", async (_, question) => {
  const statusOf = async (word: string) => {
    const { path, ...init } = question(word);
    return (await admin.fetch(path, init)).status;
  };
  const expected = await statusOf(ordinary);
  const found: number[] = [];
  for (const word of inherited) found.push(await statusOf(word));
  expect(found).toEqual(inherited.map(() => expected));
  expect(expected).toBeLessThan(500);
});

it("the image that all this was asked of is as it was", async () => {
  expect(await demo.show(id)).toMatchObject({
    status: "queued",
    min_ram: 0,
    protected: false,
    visibility: "shared",
    container_format: "bare",
    tags: [],
  });
});

it("as names of properties, tags and members they are kept like others; only __proto__ is no name", async () => {
  const keep = async (word: string) => {
    const isName = word !== "__proto__";
    const made = await demo.fetch("/v2/images", { method: "POST", body: `{"${word}":"1"}` });
    expect([word, made.status]).toEqual([word, isName ? 201 : 400]);
    const image = await demo.create({ tags: [word], visibility: "shared" });
    const added = await demo.fetch(`/v2/images/${image}`, {
      method: "PATCH",
      headers: patchType,
      body: `[{"op":"add","path":"/${word}","value":"2"}]`,
    });
    expect([word, added.status]).toEqual([word, isName ? 200 : 400]);
    const wrong = await demo.fetch(`/v2/images/${image}`, {
      method: "PATCH",
      headers: patchType,
      body: `[{"op":"add","path":"/${word}","value":2}]`,
    });
    expect([word, wrong.status]).toEqual([word, 400]);
    const absent = await demo.fetch(`/v2/images/${id}`, {
      method: "PATCH",
      headers: patchType,
      body: `[{"op":"replace","path":"/${word}","value":"2"}]`,
    });
    expect([word, absent.status]).toEqual([word, isName ? 409 : 400]);
    const shown = await demo.show(image);
    expect(Object.hasOwn(shown, word) ? shown[word] : undefined).toBe(isName ? "2" : undefined);
    expect(shown.tags).toEqual([word]);

    const found = async (query: string) =>
      ((await (await demo.fetch(`/v2/images?${query}`)).json()) as { images: { id: string }[] }).images.map(
        (one) => one.id,
      );
    expect(await found(`tag=${word}`)).toEqual([image]);
    expect(await found(`${word}=2`)).toEqual(isName ? [image] : []);

    const members = `/v2/images/${image}/members`;
    const shared = await demo.fetch(members, { method: "POST", body: `{"member":"${word}"}` });
    expect([word, shared.status]).toEqual([word, 200]);
    expect((await demo.fetch(`${members}/${word}`)).status).toBe(200);
    for (const status of inherited) {
      const refused = await admin.fetch(`${members}/${word}`, {
        method: "PUT",
        body: `{"status":"${status}"}`,
      });
      expect([status, refused.status]).toEqual([status, 400]);
    }
    expect((await demo.fetch(`${members}/${word}`, { method: "DELETE" })).status).toBe(204);
  };
  for (const word of [...inherited, ordinary]) await keep(word);
});

it("as names of definitions they are kept like others", async () => {
  const schema = { type: "string", title: "x" };
  const keep = async (word: string) => {
    const path = `/v2/metadefs/namespaces/${word}`;
    // As a text: an object's own `__proto__` is easily lost on the way.
    const properties = `{"${word}":${JSON.stringify(schema)}}`;
    const made = await admin.fetch("/v2/metadefs/namespaces", {
      method: "POST",
      body: `{"namespace":"${word}","properties":${properties},"objects":[{"name":"${word}","properties":${properties}}],"tags":[{"name":"${word}"}],"resource_type_associations":[{"name":"${word}","prefix":"p"}]}`,
    });
    expect([word, made.status]).toEqual([word, 201]);
    const shown = await (await admin.fetch(`${path}?resource_type=${word}`)).text();
    expect(shown).toContain(`"p${word}":`);
    for (const kind of ["objects", "properties", "tags"]) {
      expect([kind, (await admin.fetch(`${path}/${kind}/${word}`)).status]).toEqual([kind, 200]);
      const text = await (await admin.fetch(`${path}/${kind}`)).text();
      expect(text).toContain(`"${word}"`);
    }
    const types = await admin.fetch(`${path}/resource_types`);
    expect(await types.json()).toMatchObject({ resource_type_associations: [{ name: word, prefix: "p" }] });
    expect((await admin.fetch(`${path}/resource_types/${word}`, { method: "DELETE" })).status).toBe(204);
    expect((await admin.fetch(path, { method: "DELETE" })).status).toBe(204);
  };
  for (const word of [...inherited, ordinary]) await keep(word);
});
