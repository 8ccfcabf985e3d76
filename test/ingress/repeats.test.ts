import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { eventually, put, putHead, raw } from "./client.ts";
import { startRig } from "./rig.ts";

const cutSoon = { limits: { drainBytes: 1000, lingerMs: 50, tellMs: 300 } };
const rest = randomBytes(4000);
const whole = randomBytes(5000);

/** A PUT of `bytes` of which only the beginning is sent; resolves to the answer when the connection is cut. */
async function cutPut(url: string, id: string, bytes: number, token = "user-token"): Promise<string> {
  const head = putHead(id, `Content-Length: ${bytes}`).map((line) => line.replace("user-token", token));
  const client = raw(url, ...head);
  client.socket.write("x");
  return client.until("never");
}

const refusesOpening = (status: number) => {
  let hasEnded = false;
  return ({ method, path }: { method: string; path: string }) => {
    if (hasEnded || method !== "POST" || !path.endsWith("/transfers")) return undefined;
    hasEnded = true;
    return { status };
  };
};

test.each([400, 409, 413, 500])(
  "the API is told of a body that its %i cut off: no ingress takes the rest",
  async (status) => {
    const { service, url } = await startRig(cutSoon);
    const second = await startRig({ ...cutSoon, endpoint: service.endpoint });
    const id = service.addImage();
    service.apiFault = refusesOpening(status);
    expect(await cutPut(url, id, 5000)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    // The cut comes after that, so that not even the fastest repeat is earlier.
    expect(service.image(id).broken).toBe(5000);
    for (const ingress of [url, second.url]) {
      expect((await put(ingress, id, rest)).status).toBe(400);
      expect((await put(ingress, id, [])).status).toBe(400);
    }
    expect((await put(second.url, id, whole)).status).toBe(204);
  },
);

test("a size that no PUT can have is told of as well", async () => {
  const { service, url } = await startRig(cutSoon);
  const id = service.addImage();
  expect(await cutPut(url, id, 6 * 1024 ** 4)).toMatch(/^HTTP\/1.1 413 /);
  expect(service.image(id).broken).toBe(6 * 1024 ** 4);
});

test.each([401, 403, 404])("what an attempt announces that gets %i is in nobody's way", async (status) => {
  const { service, url } = await startRig(cutSoon);
  const id = service.addImage();
  service.apiFault = ({ headers }) => (headers["x-auth-token"] === "stranger" ? { status } : undefined);
  expect(await cutPut(url, id, 2 * 1024 ** 4, "stranger")).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(service.image(id)).toEqual({ status: "queued" });
  expect((await put(url, id, rest)).status).toBe(204);
});

test("without its API an ingress remembers by itself, for the same caller only", async () => {
  const { service, url } = await startRig(cutSoon);
  const id = service.addImage();
  service.apiFault = () => ({ status: 500 });
  expect(await cutPut(url, id, 2 * 1024 ** 4, "stranger")).toMatch(/^HTTP\/1.1 500 /);
  expect(await cutPut(url, id, 5000)).toMatch(/^HTTP\/1.1 500 /);
  service.apiFault = () => undefined;
  expect((await put(url, id, rest)).text).toContain("whole image");
  expect((await put(url, id, rest, { "x-auth-token": "token-of-other" })).status).toBe(204);
});

test("an empty repeat of an upload that broke off is refused, whatever its framing", async () => {
  const { service, url } = await startRig();
  for (const [framing, data] of [
    ["Content-Length: 300000", "x"],
    ["Transfer-Encoding: chunked", "1\r\nx\r\n"],
  ]) {
    const id = service.addImage();
    const client = raw(url, ...putHead(id, framing ?? ""));
    client.socket.write(data ?? "");
    await eventually(() => service.image(id).status === "saving");
    client.socket.destroy();
    await eventually(() => service.image(id).status === "queued");
    expect((await put(url, id, [])).status).toBe(400);
    expect((await put(url, id, Buffer.alloc(0))).status).toBe(400);
    expect(service.image(id).status).toBe("queued");
  }
});

test("the API learns whether a chunked body that it refuses had data", async () => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const sizes: unknown[] = [];
  service.other = () => undefined;
  service.apiFault = ({ headers }) => {
    sizes.push(Number(headers["content-length"]));
    return { status: 401 };
  };
  const wrong = { "x-auth-token": "wrong" };
  expect((await put(url, id, [randomBytes(10)], wrong)).status).toBe(401);
  expect((await put(url, id, [], wrong)).status).toBe(401);
  const length = (body: unknown) => JSON.stringify(body).length;
  expect(sizes).toEqual([
    length({ size: null, lease: 60, announced: true }),
    length({ size: 0, lease: 60, announced: false }),
  ]);
});
