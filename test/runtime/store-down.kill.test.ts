import { randomBytes } from "node:crypto";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { limited, operator, region } from "../../infra/local-aws/test/s3/principals-under-test.ts";
import { type S3UnderTest, startS3UnderTest } from "../../infra/local-aws/test/s3/s3-under-test.ts";
import { silentListener } from "../fakes/silent-listener.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";
import { runJob } from "./run-job.ts";

/* Two stores with a copy of each image, one of them on another host, which goes down and comes back. */
let elsewhere: S3UnderTest;
let port: number;
let runtime: LocalRuntime;
let demo: ImageClient;
let admin: ImageClient;

beforeAll(async () => {
  elsewhere = await startS3UnderTest({
    judge: {
      // Other hosts know keys without a session.
      principalOf: (id) => [operator, limited].find(({ accessKeyId }) => accessKeyId === id),
      allows: () => true,
    },
  });
  port = Number(new URL(elsewhere.endpoint).port);
  const { accessKeyId: access_key, secretAccessKey: secret_key } = limited;
  const far = {
    id: "far",
    type: "s3",
    host: elsewhere.endpoint,
    bucket: "images",
    region,
    sees_tokens: true,
  };
  runtime = await startRuntime({
    environment: {
      GLANCE_ENABLED_BACKENDS: JSON.stringify(["near:s3", far]),
      GLANCE_DEFAULT_BACKEND: "near",
      GLANCE_COPIES: "near:1,far:1",
      GLANCE_STORE_KEYS: JSON.stringify({ far: { access_key, secret_key } }),
    },
  });
  demo = await logIn(runtime.url, "demo");
  admin = await logIn(runtime.url, "admin");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  await elsewhere?.stop();
});

/** Nobody listens any more where the service looks for it; its state is kept. */
const goDown = () => elsewhere.restart({ port: 0 });
const comeBack = () => elsewhere.restart({ port });
const until = (check: () => Promise<void>, seconds = 60) =>
  vi.waitFor(check, { timeout: seconds * 1000, interval: 200 });
const farKeys = async () =>
  ((await elsewhere.client.send(new ListObjectsV2Command({ Bucket: "images" }))).Contents ?? []).map(
    ({ Key = "" }) => Key.split("/")[0] ?? "",
  );
const put = (id: string, body: Buffer, headers = {}) =>
  demo.fetch(`/v2/images/${id}/file`, {
    method: "PUT",
    headers: { "Content-Type": "application/octet-stream", ...headers },
    body: body as Buffer<ArrayBuffer>,
  });
const toFar = { "X-Image-Meta-Store": "far" };
const inBoth = async () => {
  const [id, body] = [await demo.create(), randomBytes(200_000)];
  expect((await put(id, body)).status).toBe(204);
  await until(async () => expect(await demo.show(id)).toMatchObject({ stores: "near,far" }));
  return { id, body };
};

/** What is asked of the service while the far store is down, however it is that. Returns what was uploaded meanwhile. */
async function whileDown(kept: { readonly id: string; readonly body: Buffer }, deleted: string) {
  const upload = async () => {
    const id = await demo.create();
    const refused = await put(id, randomBytes(1000), toFar);
    expect([refused.status, await refused.text()]).toEqual([
      500,
      expect.stringContaining("Nothing was stored"),
    ]);
    expect(await demo.show(id)).toMatchObject({ status: "queued" });
    return id;
  };
  const read = async () => {
    const answer = await admin.fetch(`/v2/images/${kept.id}/file?prefer=far`, { redirect: "follow" });
    expect(Buffer.from(await answer.arrayBuffer()).equals(kept.body)).toBe(true);
  };
  const audit = async () => {
    for (const job of ["auditor-light", "auditor-deep", "copies"]) await runJob(runtime.home, job);
  };
  const [waiting, body] = [await demo.create(), randomBytes(300_000)];
  expect((await put(waiting, body)).status).toBe(204);
  expect((await demo.fetch(`/v2/images/${deleted}`, { method: "DELETE" })).status).toBe(204);
  const [refused] = await Promise.all([upload(), read(), audit()]);
  expect(await demo.show(kept.id)).toMatchObject({ status: "active", stores: "near,far" });
  expect(await demo.show(waiting)).toMatchObject({ status: "active", stores: "near" });
  expect(await (await admin.fetch("/v2/audit/findings")).json()).toMatchObject({ findings: [] });
  return { refused, waiting, body };
}

it("a store that is down or silent is waited for, and nothing is lost, marked or left behind", async () => {
  const [kept, one, other] = [await inBoth(), await inBoth(), await inBoth()];
  expect((await farKeys()).toSorted()).toEqual([kept.id, one.id, other.id].toSorted());

  await goDown();
  const silent = await silentListener(port);
  const began = Date.now();
  const first = await whileDown(kept, one.id);
  console.log(`beside a silent store: ${Date.now() - began} ms`);
  expect(silent.requests()).toBeGreaterThan(0);
  silent.stop();
  const second = await whileDown(kept, other.id);

  await comeBack();
  for (const { waiting } of [first, second])
    await until(async () => expect(await demo.show(waiting)).toMatchObject({ stores: "near,far" }), 120);
  // Each try holds the deletion for a minute and a half (shared/images/operations/bytes/delete-bytes.ts).
  for (const { id } of [one, other]) await until(async () => expect(await farKeys()).not.toContain(id), 300);
  for (const { refused, waiting, body } of [first, second]) {
    expect((await put(refused, randomBytes(1000), toFar)).status).toBe(204);
    const copy = await admin.fetch(`/v2/images/${waiting}/file?prefer=far`, { redirect: "follow" });
    expect(Buffer.from(await copy.arrayBuffer()).equals(body)).toBe(true);
  }
}, 600_000);
