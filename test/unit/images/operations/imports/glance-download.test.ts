import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import { safeFetch } from "../../../../../shared/fetch/safe-fetch.ts";
import { remoteGlance } from "../../../../../shared/images/adapters/http/remote-glance.ts";
import type { ImportMethod } from "../../../../../shared/images/domain/import-work.ts";
import { attendFetch } from "../../../../../shared/images/operations/imports/attend-fetch.ts";
import { askKeystone } from "../../../../../shared/keystone/ask-keystone.ts";
import { hashesOf } from "../../../../fakes/images/service.ts";
import { fetchingService } from "./fetching-service.ts";
import { openFetch, serving, startServer } from "./odd-source.ts";

const data = randomBytes(25_000);
const REMOTE_ID = "6f1ff4ef-b3b2-4f4f-9d0d-1d2f4c7b8a11";

/** A cloud whose Keystone names another Glance, which redirects to a store of its data or sends it itself. */
async function rig({ document = {}, redirects = true, served = data, settings = {}, busy = 0 } = {}) {
  const store = await startServer(serving(() => served));
  const asked: IncomingMessage[] = [];
  let refusals = busy;
  const cloud = await startServer((request, response) => {
    asked.push(request);
    const root = `http://${request.headers.host}`;
    const json = (body: unknown) =>
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    if (request.headers["x-auth-token"] !== "secret") return response.writeHead(401).end();
    if (request.url === "/v3/auth/catalog") {
      const endpoint = (region: string, url: string) => ({
        region,
        region_id: region,
        interface: "public",
        url,
      });
      const endpoints = [endpoint("RegionOne", "http://127.0.0.1:1"), endpoint("RegionTwo", `${root}/image`)];
      return json({ catalog: [{ type: "image", endpoints }] });
    }
    if (request.url === `/image/v2/images/${REMOTE_ID}` && refusals-- > 0)
      return response.writeHead(429).end();
    if (request.url === `/image/v2/images/${REMOTE_ID}`)
      return json({
        ...{
          id: REMOTE_ID,
          status: "active",
          size: data.length,
          disk_format: "raw",
          container_format: "ami",
        },
        ...{ os_hash_algo: "sha512", os_hash_value: hashesOf(data).os_hash_value, checksum: null },
        ...{
          hw_disk_bus: "scsi",
          os_type: "linux",
          note: "theirs",
          os_glance_failed_import: "fast",
          ...document,
        },
      });
    if (request.url !== `/image/v2/images/${REMOTE_ID}/file`) return response.writeHead(404).end();
    if (redirects) return response.writeHead(302, { Location: store.url }).end();
    return serving(() => served, { mark: () => undefined })(request, response);
  });
  const { fetch, close } = safeFetch(openFetch);
  const ask = askKeystone({
    ...{ authUrl: new URL(cloud.url).origin, timeoutSeconds: 5, clock: () => new Date() },
  });
  const remote = remoteGlance({ ask, fetch }, { image_size_cap: 1024 ** 3 });
  const service = fetchingService(store.source, { settings });
  const imported = async (method: Partial<ImportMethod> = {}, token: string | undefined = "secret") => {
    const named = {
      name: "glance-download",
      glance_image_id: REMOTE_ID,
      glance_region: "regiontwo",
    } as const;
    const task = await service.begun("", { method: { ...named, ...method } });
    const { image_id } = service.taskOf(task);
    await service.change(image_id, {
      properties: { ...service.imageOf(image_id).properties, os_type: "mine" },
    });
    const login = token === undefined ? {} : { token };
    await attendFetch({ ...service.ports, remote })({ taskId: task, ...login }, () => true);
    await service.run(task);
    return { task: service.taskOf(task), image: service.imageOf(image_id) };
  };
  const stop = async () => {
    close();
    await store[Symbol.asyncDispose]();
    await cloud[Symbol.asyncDispose]();
  };
  return { ...service, store, asked, imported, [Symbol.asyncDispose]: stop };
}

it("takes attributes and data over from another Glance, and tells the login to that one alone", async () => {
  for (const redirects of [true, false]) {
    await using it = await rig({ redirects });
    const { task, image } = await it.imported();
    expect(task).toMatchObject({ status: "success", message: "" });
    expect(JSON.stringify([...it.metadata.tasks.values()])).not.toContain("secret");
    expect(image).toMatchObject({ status: "active", container_format: "ami", ...hashesOf(data) });
    expect(image.properties).toMatchObject({ hw_disk_bus: "scsi", os_type: "linux" });
    expect(image.properties).not.toHaveProperty("note");
    expect(it.store.requests.length > 0).toBe(redirects);
    for (const { headers } of it.store.requests) expect(headers).not.toHaveProperty("x-auth-token");
  }
});

it("asks another Glance again that is busy", async () => {
  await using it = await rig({ busy: 2 });
  const { task } = await it.imported();
  expect(task).toMatchObject({ status: "success" });
});

it("gives the image's attributes back when the data is not what the other Glance says", async () => {
  await using it = await rig({ served: randomBytes(25_000) });
  const { task, image } = await it.imported();
  expect(task).toMatchObject({ status: "failure", message: expect.stringMatching(/has the sha512 .*, not/) });
  expect(image).toMatchObject({ status: "queued", disk_format: "raw", container_format: "bare" });
  expect(image.properties).toMatchObject({ os_type: "mine" });
  expect(image.properties).not.toHaveProperty("hw_disk_bus");
  expect(await it.leftovers()).toEqual([]);
});

it("keeps a login whose import is in the hands of a run that may be dead", async () => {
  await using it = await rig();
  const method = { name: "glance-download", glance_image_id: REMOTE_ID, glance_region: "regiontwo" } as const;
  const taskId = await it.begun("", { method });
  const now = it.ports.clock().getTime();
  const until = new Date(now + 300_000).toISOString();
  await it.ports.tasks.holdTask(taskId, { by: "dead", until, now: new Date(now).toISOString() });
  const message = { taskId, token: "secret" };
  expect(await attendFetch(it.ports)(message, () => true)).toBe("in other hands");
  expect(it.work.fetching).toEqual([message]);
});

it.each<[string, object, Partial<ImportMethod>, string, RegExp]>([
  [
    "another region",
    {},
    { glance_region: "RegionNine" },
    "secret",
    /no public endpoint .* in the region RegionNine/,
  ],
  ["another interface", {}, { glance_service_interface: "internal" }, "secret", /no internal endpoint/],
  ["an image that is not there", {}, { glance_image_id: "other" }, "secret", /answers 404/],
  ["an image that is not in use", { status: "queued" }, {}, "secret", /is queued there, not active/],
  ["a size that is not the data's", { size: 7 }, {}, "secret", /said to have 7 bytes there, and has 25000/],
  ["a login that has ended", {}, {}, "ended", /login of this import has ended/],
])("says what is wrong with %s", async (_, document, method, token, why) => {
  await using it = await rig({ document });
  const { task, image } = await it.imported(method, token);
  expect(task).toMatchObject({ status: "failure", message: expect.stringMatching(why) });
  expect(image).toMatchObject({ status: "queued", container_format: "bare" });
});

it.each<[string, object, object, RegExp]>([
  [
    "more properties than an image may have",
    { image_property_quota: 2 },
    { hw_machine_type: "q35" },
    /number of allowed image properties. Attempted: 3, Maximum: 2/,
  ],
  ["more than a record holds", {}, { hw_notes: "x".repeat(390_000) }, /at most 385024 can be kept/],
])("takes nothing over that is %s", async (_, settings, document, why) => {
  await using it = await rig({ settings, document });
  const { task, image } = await it.imported();
  expect(task).toMatchObject({ status: "failure", message: expect.stringMatching(why) });
  expect(image).toMatchObject({ status: "queued", container_format: "bare" });
  expect(image.properties).toMatchObject({ os_type: "mine" });
  expect(image.properties).not.toHaveProperty("hw_disk_bus");
  expect(await it.leftovers()).toEqual([]);
});
