import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chunkedPut } from "./chunked-put.ts";
import { type ImageClient, logInEach } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

let runtime: LocalRuntime;
let demo: ImageClient;
let alt: ImageClient;
let admin: ImageClient;
let reader: ImageClient;

beforeAll(async () => {
  runtime = await startRuntime();
  [demo, alt, admin, reader] = await logInEach(runtime.url, "demo", "alt", "admin", "reader");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const hash = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest("hex");
const v21 = "application/openstack-images-v2.1-json-patch";
const patch = (client: ImageClient, id: string, operations: unknown, type = v21) =>
  client.fetch(`/v2/images/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": type, Accept: "application/json" },
    body: JSON.stringify(operations),
  });
const list = async (client: ImageClient, query = "") =>
  (await (await client.fetch(`/v2/images${query}`)).json()) as {
    images: { id: string; name: string }[];
    first: string;
    next?: string;
  };

describe("an image", () => {
  it("is created, shown, listed, changed and deleted, and each is seen at once", async () => {
    const id = await demo.create({ name: "first", tags: ["a", "a"], "owner_specified.openstack.md5": "" });
    const image = await demo.show(id);
    expect(image).toMatchObject({
      name: "first",
      status: "queued",
      tags: ["a"],
      visibility: "shared",
      size: null,
    });
    expect((await list(demo, "?name=first")).images.map((listed) => listed.id)).toEqual([id]);

    const changed = await patch(demo, id, [
      { op: "replace", path: "/name", value: "second" },
      { op: "add", path: "/colour", value: "red" },
      { op: "remove", path: "/owner_specified.openstack.md5" },
    ]);
    expect(await changed.json()).toMatchObject({ name: "second", colour: "red" });
    expect((await list(demo, "?name=first")).images).toEqual([]);
    expect((await list(demo, "?colour=red")).images.map((listed) => listed.id)).toEqual([id]);

    expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await demo.fetch(`/v2/images/${id}`)).status).toBe(404);
    expect((await list(demo, "?name=second")).images).toEqual([]);
    expect((await demo.fetch("/v2/images", { method: "POST", body: JSON.stringify({ id }) })).status).toBe(
      409,
    );
  });

  it("is refused as Glance refuses it", async () => {
    const create = async (body: unknown) =>
      (await demo.fetch("/v2/images", { method: "POST", body: JSON.stringify(body) })).status;
    expect(await create({ status: "active" })).toBe(403);
    expect(await create({ os_glance_x: "y" })).toBe(403);
    expect(await create({ self: "y" })).toBe(403);
    expect(await create({ disk_format: "floppy" })).toBe(400);
    expect(await create({ min_ram: -1 })).toBe(400);
    expect(await create({ colour: 1 })).toBe(400);
    expect(await create([])).toBe(400);
    expect(await create({ visibility: "public" })).toBe(403);
    expect(await create({ owner: "somebody" })).toBe(403);
    const id = await demo.create();
    const change = async (operation: unknown, type?: string) =>
      (await patch(demo, id, [operation], type)).status;
    expect(await change({ op: "replace", path: "/status", value: "active" })).toBe(403);
    expect(await change({ op: "replace", path: "/nothing", value: "x" })).toBe(409);
    expect(await change({ op: "remove", path: "/name" })).toBe(403);
    expect(await change({ op: "move", path: "/name", value: "x" })).toBe(400);
    expect(await change({ op: "add", path: "/a/b", value: "x" })).toBe(400);
    expect(await change({ op: "add", path: "/a", value: "x" }, "application/json")).toBe(415);
    expect((await reader.fetch("/v2/images", { method: "POST", body: "{}" })).status).toBe(403);
    expect((await patch(reader, id, [{ op: "add", path: "/a", value: "x" }])).status).toBe(403);
  });

  it("takes changes of many writers at once, none lost", async () => {
    const id = await demo.create();
    const names = Array.from({ length: 8 }, (_, n) => `p${n}`);
    const results = await Promise.all(
      names.map((name) => patch(demo, id, [{ op: "add", path: `/${name}`, value: "1" }])),
    );
    const winners = names.filter((_, n) => results[n]?.status === 200);
    expect(winners.length).toBeGreaterThan(0);
    const image = await demo.show(id);
    for (const name of names) expect(Object.hasOwn(image, name), name).toBe(winners.includes(name));
  });

  it("is listed page by page", async () => {
    const created = await Promise.all(Array.from({ length: 7 }, (_, n) => alt.create({ name: `n${n % 2}` })));
    const seen: string[] = [];
    let path: string | undefined = "?limit=3&sort_key=name&sort_dir=asc";
    while (path !== undefined) {
      const page = await list(alt, path);
      seen.push(...page.images.map(({ id }) => id));
      expect(page.first).toBe("/v2/images?limit=3&sort_key=name&sort_dir=asc");
      path = page.next?.slice("/v2/images".length);
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(new Set(created));
  });
});

describe("image data", () => {
  const data = randomBytes(100_000);

  it("comes back with the hashes that are shown", async () => {
    const id = await demo.create();
    expect((await demo.fetch(`/v2/images/${id}/file`)).status).toBe(204);
    expect((await demo.upload(id, data)).status).toBe(204);
    expect(await demo.show(id)).toMatchObject({
      status: "active",
      size: data.length,
      checksum: hash("md5", data),
      os_hash_algo: "sha512",
      os_hash_value: hash("sha512", data),
    });
    expect(hash("md5", await demo.download(id))).toBe(hash("md5", data));
    expect((await demo.upload(id, data)).status).toBe(409);
  });

  it("is refused when it is not what the client meant to send, and the image stays queued", async () => {
    const id = await demo.create();
    const file = `${runtime.url}/v2/images/${id}/file`;
    expect(await chunkedPut(file, demo.token, [data], { "X-OpenStack-Image-Size": "5" })).toBe(400);
    // An empty one after one with data is a client's repeat whose data is used up.
    expect(await chunkedPut(file, demo.token, [])).toBe(400);
    expect(await chunkedPut(file, demo.token, [data], { "Content-Type": "text/plain" })).toBe(415);
    const qcow2 = await demo.create({ disk_format: "qcow2" });
    expect((await demo.upload(qcow2, data)).status).toBe(415);
    expect((await demo.show(id)).status).toBe("queued");
    expect(await demo.show(qcow2)).toMatchObject({ status: "queued", checksum: null, size: null });
  });
});

describe("staging", () => {
  it("takes bytes of any format, small and large, and the image is uploading", async () => {
    for (const size of [1000, 30_000_000]) {
      const id = await demo.create({ disk_format: "qcow2" });
      expect(await chunkedPut(`${runtime.url}/v2/images/${id}/stage`, demo.token, [randomBytes(size)])).toBe(
        204,
      );
      expect(await demo.show(id)).toMatchObject({ status: "uploading", size, checksum: null });
      expect((await demo.fetch(`/v2/images/${id}/file`)).status).toBe(204);
      expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
    }
  });
});

describe("another project", () => {
  it("can neither see, change, download nor delete the image", async () => {
    const id = await demo.create({ name: "mine" });
    await demo.upload(id, randomBytes(10));
    const statuses = await Promise.all([
      alt.fetch(`/v2/images/${id}`),
      patch(alt, id, [{ op: "replace", path: "/name", value: "x" }]),
      alt.fetch(`/v2/images/${id}/file`),
      alt.fetch(`/v2/images/${id}`, { method: "DELETE" }),
      alt.upload(id, randomBytes(10)),
      alt.fetch(`/v2/images/${id}/transfers`, { method: "POST", body: "{}" }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect((await list(alt, "?limit=1000")).images.map((image) => image.id)).not.toContain(id);
    expect((await list(admin, "?limit=1000")).images.map((image) => image.id)).toContain(id);
    expect((await demo.show(id)).name).toBe("mine");
  });

  it("gets what is public, and cannot change it", async () => {
    const id = await admin.create({ visibility: "public" });
    expect((await alt.show(id)).visibility).toBe("public");
    expect((await patch(alt, id, [{ op: "replace", path: "/name", value: "x" }])).status).toBe(403);
    expect((await list(alt)).images.map((image) => image.id)).toContain(id);
  });

  it("gets nothing out of a presigned URL but the one object, method and part that it names", async () => {
    const [one, other] = [await demo.create(), await demo.create()];
    await demo.upload(one, randomBytes(10));
    await demo.upload(other, randomBytes(10));
    const url = async (id: string) =>
      new URL((await demo.fetch(`/v2/images/${id}/file`)).headers.get("location") ?? "");
    const [first, second] = [await url(one), await url(other)];
    const swapped = new URL(first);
    swapped.pathname = second.pathname;
    expect((await fetch(swapped)).status).toBe(403);
    expect((await fetch(first, { method: "PUT", body: "x" })).status).toBe(403);
    expect((await fetch(first, { method: "DELETE" })).status).toBe(403);
    expect((await fetch(new URL(first.pathname, first))).status).toBe(403);

    const image = await demo.create();
    const opened = (await (
      await demo.fetch(`/v2/images/${image}/transfers`, { method: "POST", body: JSON.stringify({ size: 6 }) })
    ).json()) as { id: string; token: string };
    const signed = (await (
      await fetch(`${runtime.url}/v2/images/${image}/transfers/${opened.id}/parts`, {
        method: "POST",
        headers: { "X-Image-Transfer-Token": opened.token },
        body: JSON.stringify({ parts: [{ number: 1, size: 6 }] }),
      })
    ).json()) as { parts: { url: string }[] };
    const part = signed.parts[0]?.url ?? "";
    const put = async (target: string, body: string) => (await fetch(target, { method: "PUT", body })).status;
    expect(await put(part.replace("partNumber=1", "partNumber=2"), "123456")).toBe(403);
    expect(await put(part, "12345")).toBe(403);
    expect((await fetch(part)).status).toBe(403);
    expect(await put(part, "123456")).toBe(200);
  });
});
