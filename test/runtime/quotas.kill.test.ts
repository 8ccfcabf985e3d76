import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chunkedPut } from "./chunked-put.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, newHome, startRuntime } from "./local-runtime.ts";

const MIB = 1024 ** 2;
const home = newHome();
let runtime: LocalRuntime;
let demo: ImageClient;
let alt: ImageClient;
let admin: ImageClient;

/** Made before anybody counted. */
let old: Record<"active" | "queued" | "alt", string>;

beforeAll(async () => {
  const before = await startRuntime({ home });
  const users = { demo: await logIn(before.url, "demo"), alt: await logIn(before.url, "alt") };
  old = {
    active: await users.demo.create(),
    queued: await users.demo.create(),
    alt: await users.alt.create(),
  };
  await users.demo.upload(old.active, randomBytes(1000));
  await (await logIn(before.url, "admin")).create();
  await before.stop();
  runtime = await startRuntime({
    home,
    environment: {
      GLANCE_USE_KEYSTONE_LIMITS: "true",
      GLANCE_IMAGE_COUNT_TOTAL: "20",
      GLANCE_IMAGE_SIZE_TOTAL: "5",
      GLANCE_FAULTS: "11:0.1",
    },
  });
  demo = await logIn(runtime.url, "demo");
  alt = await logIn(runtime.url, "alt");
  admin = await logIn(runtime.url, "admin");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

async function usageOf(client: ImageClient) {
  const response = await settled(() => client.fetch("/v2/info/usage"));
  return ((await response.json()) as { usage: Record<string, { usage: number; limit: number }> }).usage;
}

async function imagesOf(client: ImageClient, owner: unknown) {
  const response = await settled(() => client.fetch("/v2/images?limit=1000"));
  const { images } = (await response.json()) as { images: Record<string, unknown>[] };
  return images.filter((image) => image.owner === owner);
}

/** On bad days some calls fail for no fault of the caller, who then asks again. */
async function settled(call: () => Promise<Response>): Promise<Response> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const response = await call();
    if (response.status < 500) return response;
  }
  throw new Error("nothing but failures");
}

describe("quotas on bad days", () => {
  it("count what was there before they were switched on, whoever comes first", async () => {
    // In turn: images, data and transfers make the counter of their project.
    expect(await usageOf(admin)).toMatchObject({ image_count_total: { usage: 1, limit: 20 } });
    const bare = await logIn(runtime.gatewayUrl, "demo");
    expect((await settled(() => bare.upload(old.queued, randomBytes(1000)))).status).toBe(204);
    expect(await usageOf(demo)).toEqual({
      image_size_total: { usage: 0, limit: 5 },
      image_stage_total: { usage: 0, limit: -1 },
      image_count_total: { usage: 2, limit: 20 },
      image_count_uploading: { usage: 0, limit: -1 },
    });
    expect((await settled(() => alt.upload(old.alt, randomBytes(MIB)))).status).toBe(204);
    expect(await usageOf(alt)).toMatchObject({
      image_count_total: { usage: 1 },
      image_size_total: { usage: 1 },
    });
  });

  it("of 50 creates at once let exactly those through that there is room for; a deletion makes room", async () => {
    const body = JSON.stringify({ disk_format: "raw", container_format: "bare" });
    const create = () => settled(() => demo.fetch("/v2/images", { method: "POST", body }));
    const answers = await Promise.all(Array.from({ length: 50 }, create));
    const refused = answers.filter(({ status }) => status === 413);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(18);
    expect(refused).toHaveLength(32);
    expect(await refused[0]?.text()).toContain(
      "[Resource image_count_total is over limit of 20 due to current usage 20 and delta 1]",
    );
    const { owner } = await demo.show(old.active);
    expect(await imagesOf(demo, owner)).toHaveLength(20);
    expect(await usageOf(demo)).toMatchObject({ image_count_total: { usage: 20 } });

    const deleted = await settled(() => demo.fetch(`/v2/images/${old.active}`, { method: "DELETE" }));
    expect(deleted.status).toBe(204);
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(413);
  });

  it("of uploads at once activate exactly those that fit; the others are queued, without bytes", async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => alt.create()));
    const data = randomBytes(MIB);
    const answers = await Promise.all(ids.map((id) => settled(() => alt.upload(id, data))));
    // One of 1 MiB is there already, and less than a whole MiB above the limit of 5 is free.
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 204, 204, 204, 413, 413, 413, 413]);
    const images = await Promise.all(ids.map((id) => alt.show(id)));
    const states = images.map((image) => [image.status, image.size, image.checksum === null]);
    expect(states.toSorted()).toEqual([
      ...Array.from({ length: 4 }, () => ["active", MIB, false]),
      ...Array.from({ length: 4 }, () => ["queued", null, true]),
    ]);
    expect(await usageOf(alt)).toMatchObject({
      image_count_total: { usage: 9 },
      image_size_total: { usage: 5 },
      image_count_uploading: { usage: 0 },
    });
  });

  it("take a stream of unknown length as far as there is room, though its parts are planned larger", async () => {
    const { owner } = await demo.show(old.queued);
    const queued = (await imagesOf(demo, owner)).filter(({ status }) => status === "queued");
    const stream = async (id: unknown, mebibytes: number) => {
      const url = `${runtime.url}/v2/images/${id}/file`;
      for (let attempt = 0; attempt < 10; attempt++) {
        const chunks = Array.from({ length: mebibytes }, () => randomBytes(MIB));
        const status = await chunkedPut(url, demo.token, chunks);
        if (status < 500) return status;
      }
      throw new Error("nothing but failures");
    };
    expect(await stream(queued[0]?.id, 3)).toBe(204);
    expect(await stream(queued[1]?.id, 9)).toBe(413);
    expect((await demo.show(String(queued[1]?.id))).status).toBe("queued");
    expect(await usageOf(demo)).toMatchObject({ image_size_total: { usage: 3 } });
  });

  it("show usage to readers, by GET alone", async () => {
    const reader = await logIn(runtime.url, "reader");
    expect(await usageOf(reader)).toMatchObject({ image_count_total: { usage: 20, limit: 20 } });
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "HEAD"])
      expect((await reader.fetch("/v2/info/usage", { method })).status).toBe(404);
    expect((await fetch(`${runtime.url}/v2/info/usage`)).status).toBe(401);
  });

  it("need no right that the functions have not", () => {
    const log = readFileSync(join(home, "log", "aws-calls.log"), "utf8");
    const calls = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { principal: string; actions: string[]; error?: string });
    expect(calls.filter(({ error }) => error?.startsWith("AccessDenied"))).toEqual([]);
    // Nothing else that these two write is updated: the counters are.
    for (const principal of ["images", "data"]) {
      const used = calls.filter((call) => call.principal === principal).flatMap(({ actions }) => actions);
      expect(used).toContain("dynamodb:UpdateItem");
      expect(used).toContain("dynamodb:BatchGetItem");
    }
  });
});
