import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

let runtime: LocalRuntime;
let demo: ImageClient;
let admin: ImageClient;

beforeAll(async () => {
  const stores = [
    { id: "fast", type: "s3", description: "For machines that start often", weight: 10 },
    { id: "cheap", type: "s3" },
  ];
  runtime = await startRuntime({
    environment: { GLANCE_ENABLED_BACKENDS: JSON.stringify(stores), GLANCE_DEFAULT_BACKEND: "fast" },
  });
  demo = await logIn(runtime.url, "demo");
  admin = await logIn(runtime.url, "admin");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

it("named stores are told to everybody, and their details to admins", async () => {
  const listed = await demo.fetch("/v2/info/stores");
  expect([listed.status, await listed.json()]).toEqual([
    200,
    {
      stores: [
        { id: "fast", description: "For machines that start often", default: "true" },
        { id: "cheap" },
      ],
    },
  ]);
  expect((await demo.fetch("/v2/info/stores/detail")).status).toBe(403);
  expect(await (await admin.fetch("/v2/info/stores/detail")).json()).toMatchObject({
    stores: [
      { id: "fast", type: "s3", weight: 10, properties: {} },
      { id: "cheap", type: "s3", weight: 0 },
    ],
  });
});

it("versions that are about stores are listed, and name every resource", async () => {
  const { versions } = (await (await fetch(`${runtime.url}/versions`)).json()) as {
    versions: { id: string; status: string }[];
  };
  expect(versions.map(({ id }) => id).slice(0, 8)).toEqual(
    ["2.15", "2.13", "2.12", "2.11", "2.10", "2.9", "2.8", "2.17"].map((number) => `v${number}`),
  );
  expect(versions.filter(({ status }) => status === "CURRENT")).toMatchObject([{ id: "v2.17" }]);
  for (const path of ["/v2.8/images", "/v2.13/info/stores", "/v2.11/metadefs/namespaces"])
    expect([path, (await demo.fetch(path)).status]).toEqual([path, 200]);
});

it("a created image's answer names the stores", async () => {
  const answer = await demo.fetch("/v2/images", { method: "POST", body: "{}" });
  expect([answer.status, answer.headers.get("openstack-image-store-ids")]).toEqual([201, "fast,cheap"]);
  expect(await answer.json()).not.toHaveProperty("stores");
});

it("an upload goes to the store that its header names, small or large, through the gateway or the ingress", async () => {
  for (const [base, size] of [
    [runtime.url, 1000],
    [runtime.url, 9_000_000],
    [runtime.gatewayUrl, 1000],
  ] as const) {
    const id = await demo.create();
    const headers = {
      "Content-Type": "application/octet-stream",
      "X-Auth-Token": demo.token,
      "X-Image-Meta-Store": "cheap",
    };
    const body = randomBytes(size);
    const put = await fetch(`${base}/v2/images/${id}/file`, { method: "PUT", headers, body });
    expect([base, size, put.status]).toEqual([base, size, 204]);
    expect(await demo.show(id)).toMatchObject({ status: "active", stores: "cheap", size });
    expect(Buffer.from(await demo.download(id)).equals(body)).toBe(true);
    const answer = await admin.fetch(`/v2/stores/cheap/${id}`, { method: "DELETE" });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("only store")]);
  }
});

it("an unknown store is refused at an upload, before the image is looked for", async () => {
  const image = await demo.create();
  const headers = { "Content-Type": "application/octet-stream", "X-Image-Meta-Store": "nowhere" };
  for (const id of [image, "8e5e6d7c-0000-4000-8000-000000000000"]) {
    const answer = await demo.fetch(`/v2/images/${id}/file`, { method: "PUT", headers, body: "data" });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining("the stores are fast, cheap"),
    ]);
  }
  expect((await demo.show(image)).status).toBe("queued");
});
