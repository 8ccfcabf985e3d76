import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMachine } from "../client/imagectl-process.ts";
import { deleteAndRestore } from "./deletion-load.ts";
import { type ImageClient, logInEach } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";
import { fireJob } from "./run-job.ts";

let runtime: LocalRuntime;
let admin: ImageClient;
let demo: ImageClient;
beforeAll(async () => {
  runtime = await startRuntime({
    environment: {
      GLANCE_DELAYED_DELETE: "true",
      GLANCE_PURGE_AGE_IN_DAYS: "0",
      GLANCE_PURGE_IMAGES_TABLE_AGE_IN_DAYS: "0",
    },
  });
  [admin, demo] = await logInEach(runtime.url, "admin", "demo");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const act = async (client: ImageClient, id: string, name: string, init: RequestInit = {}) => {
  const response = await client.fetch(`/v2/images/${id}/actions/${name}`, { method: "POST", ...init });
  return { status: response.status, text: await response.text() };
};
const remove = async (id: string) => (await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status;
const dataFiles = () => {
  const s3 = join(runtime.home, "s3");
  return readdirSync(s3, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.parentPath.endsWith("/data"),
  ).length;
};

async function until<Value>(read: () => Promise<Value>, isRight: (value: Value) => boolean): Promise<Value> {
  for (let tries = 0; ; tries++) {
    const value = await read();
    if (isRight(value) || tries > 50) return value;
    await sleep(100);
  }
}

describe("an image that is deleted", () => {
  const data = randomBytes(50_000);

  it("can be restored, then be scrubbed, and still be recovered, each time with all it had", async () => {
    const id = await demo.create({ name: "one", tags: ["a"], owner_note: "keep" });
    await demo.upload(id, data);
    const member = { method: "POST", body: JSON.stringify({ member: "some-project" }) };
    expect((await demo.fetch(`/v2/images/${id}/members`, member)).status).toBe(200);
    const { updated_at, ...before } = await demo.show(id);
    const isAsBefore = async () => {
      expect(await demo.show(id)).toMatchObject(before);
      expect(Buffer.from(await demo.download(id)).equals(data)).toBe(true);
      const members = (await (await demo.fetch(`/v2/images/${id}/members`)).json()) as { members: unknown[] };
      expect(members.members).toHaveLength(1);
    };

    expect(await remove(id)).toBe(204);
    expect(await remove(id)).toBe(404);
    expect((await admin.fetch(`/v2/images/${id}`)).status).toBe(404);
    expect((await act(demo, id, "restore")).status).toBe(403);
    expect((await act(admin, id, "restore", { body: "{}" })).status).toBe(400);
    expect((await act(admin, id, "recover")).status).toBe(409);
    expect((await act(admin, id, "restore")).status).toBe(204);
    await isAsBefore();
    const again = await act(admin, id, "restore");
    expect(again.status).toBe(409);
    expect(again.text).toContain("cannot restore the image from active to active");

    expect(await remove(id)).toBe(204);
    expect(await fireJob(runtime.home, "scrubber")).toMatchObject({
      status: 200,
      body: { examined: 1, acted: 1, failed: 0 },
    });
    expect((await act(admin, id, "restore")).text).toContain(
      "cannot restore the image from deleted to active",
    );
    const recovered = await until(
      () => act(admin, id, "recover"),
      ({ status }) => status === 204,
    );
    expect(recovered.status).toBe(204);
    await isAsBefore();
  });

  it("keeps its id until the purge takes the record, which never takes that of one that can be recovered", async () => {
    const [empty, full] = [await demo.create(), await demo.create()];
    await demo.upload(full, data);
    await remove(empty);
    await remove(full);
    await fireJob(runtime.home, "scrubber");
    await sleep(1500);
    expect(await fireJob(runtime.home, "purge")).toMatchObject({ status: 200, body: { failed: 0 } });
    const create = async (id: string) =>
      (
        await demo.fetch("/v2/images", {
          method: "POST",
          body: JSON.stringify({ id, disk_format: "raw", container_format: "bare" }),
        })
      ).status;
    expect(await create(empty)).toBe(201);
    expect(await create(full)).toBe(409);
    expect((await act(admin, full, "recover")).status).toBe(204);
    expect(Buffer.from(await demo.download(full)).equals(data)).toBe(true);
  });

  it("is brought back by imagectl, by its id and by admins alone", async () => {
    const id = await demo.create({ name: "gone" });
    await demo.upload(id, data);
    await remove(id);
    const cloud = { OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml") };
    const operator = createMachine({ ...cloud, OS_CLOUD: "admin" });
    const user = createMachine({ ...cloud, OS_CLOUD: "demo" });
    try {
      expect((await operator.run("image", "restore", "gone")).code).toBe(2);
      expect((await user.run("image", "restore", id)).code).toBe(1);
      expect(await operator.json("image", "restore", id)).toMatchObject({ id, status: "active" });
      const again = await operator.run("image", "recover", id);
      expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("it is active, not deleted")]);
    } finally {
      operator.remove();
      user.remove();
    }
  });

  it("under load is there with all its bytes or not at all, at every moment that a client can look", async () => {
    const before = dataFiles();
    const { faults, ...counts } = await deleteAndRestore(runtime, { seconds: 6, images: 4, atLeast: 6 });
    console.log(counts);
    expect(faults).toEqual([]);
    expect(counts.certainLooks).toBeGreaterThan(5);
    expect(counts.restored + counts.recovered).toBeGreaterThan(5);
    expect(dataFiles()).toBe(before + 4);
  });
});
