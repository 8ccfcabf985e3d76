import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { ask, dataHeaders, eventually, put, putHead, raw } from "./client.ts";
import { startRig } from "./rig.ts";

const MIB = 1024 * 1024;
const hex = (algorithm: string, data: Buffer) => createHash(algorithm).update(data).digest("hex");

function* pieces(data: Buffer, bytes: number) {
  for (let at = 0; at < data.length; at += bytes) yield data.subarray(at, at + bytes);
}

test("a body of known length arrives whole, with its hashes stated", async () => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const data = randomBytes(20 * MIB + 12_345);
  const answer = await put(url, id, data);
  expect(answer).toMatchObject({ status: 204, text: "" });
  expect(answer.headers["x-openstack-request-id"]).toMatch(/^req-/);
  expect(service.image(id)).toEqual({
    status: "active",
    size: data.length,
    checksum: hex("md5", data),
    sha512: hex("sha512", data),
  });
  expect(service.bytesOf(id).equals(data)).toBe(true);
  expect(service.partsOf(id).map(([number, { size, puts }]) => [number, size, puts])).toEqual([
    [1, 16 * MIB, 1],
    [2, 4 * MIB + 12_345, 1],
  ]);
  expect(service.s3.refusals).toEqual([]);
});

test("a chunked body of unknown length arrives whole, in parts of the growing plan", async () => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const data = randomBytes(19 * MIB + 7);
  const answer = await ask(url, {
    method: "PUT",
    path: `/v2.9/images/${id}/file`,
    headers: { ...dataHeaders, "content-type": "Application/Octet-Stream; charset=x" },
    body: pieces(data, 65_536),
  });
  expect(answer.status).toBe(204);
  expect(service.bytesOf(id).equals(data)).toBe(true);
  expect(service.image(id)).toMatchObject({ size: data.length, sha512: hex("sha512", data) });
  expect(service.partsOf(id).map(([, { size }]) => size)).toEqual([8 * MIB, 8 * MIB, 3 * MIB + 7]);
});

test("tiny chunks, a chunk a byte, are one part", async () => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const data = randomBytes(500);
  expect((await put(url, id, pieces(data, 1))).status).toBe(204);
  expect(service.bytesOf(id).equals(data)).toBe(true);
});

test("X-OpenStack-Image-Size announces the size of a chunked body", async () => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const data = randomBytes(1000);
  expect((await put(url, id, pieces(data, 100), { "x-openstack-image-size": "1000" })).status).toBe(204);
  expect([...service.transfers.values()].map(({ size }) => size)).toEqual([1000]);
});

test.each([
  ["fewer", "1001"],
  ["more", "999"],
])("%s bytes than X-OpenStack-Image-Size are refused and the image is queued", async (_, size) => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const answer = await put(url, id, pieces(randomBytes(1000), 100), { "x-openstack-image-size": size });
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(size);
  expect(service.image(id).status).toBe("queued");
});

test("an empty body becomes a transfer of 0 bytes, which says whether the client had said so", async () => {
  const { service, url } = await startRig();
  const bare = (id: string) => raw(url, ...putHead(id, "Connection: close")).until("\r\n\r\n");
  const ids = [1, 2, 3].map(() => service.addImage());
  const [said = "", chunked = "", neither = ""] = ids;
  expect((await put(url, said, Buffer.alloc(0))).status).toBe(204);
  expect((await put(url, chunked, [])).status).toBe(204);
  expect(await bare(neither)).toMatch(/^HTTP\/1.1 204 /);
  const checksum = hex("md5", Buffer.alloc(0));
  for (const id of ids) expect(service.image(id)).toMatchObject({ status: "active", size: 0, checksum });
  expect(service.opened.map(({ size, announced }) => [size, announced])).toEqual([
    [0, true],
    [0, false],
    [0, false],
  ]);
});

test("an empty body that was announced with bytes is refused before any transfer", async () => {
  const { service, url } = await startRig();
  const id = service.addImage();
  for (const body of [[], Buffer.alloc(0)]) {
    const answer = await put(url, id, body, { "x-openstack-image-size": "5" });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("5");
  }
  expect(service.apiCalls).toEqual([]);
});

test("the user's token goes to the API once and never to S3; secrets are in no log line", async () => {
  const { service, url, log } = await startRig();
  const id = service.addImage();
  await put(url, id, randomBytes(100), { "x-openstack-request-id": "mine" });
  const withToken = service.apiCalls.filter(({ headers }) => headers["x-auth-token"] !== undefined);
  expect(withToken.map(({ path }) => path)).toEqual([`/prod/v2/images/${id}/transfers`]);
  expect(new Set(service.apiCalls.map(({ headers }) => headers["x-openstack-request-id"]))).toEqual(
    new Set(["req-mine"]),
  );
  expect(JSON.stringify(log)).not.toMatch(/user-token|transfer-token|signature|\?/);
  expect(log).toMatchObject([
    { event: "upload", image_id: id, bytes: 100, parts: 1, retries: 0, outcome: "stored" },
    { event: "request", method: "PUT", path: `/v2/images/${id}/file`, status: 204, bytes: 100 },
  ]);
});

test("a completion that takes longer is polled", async () => {
  const { service, url } = await startRig();
  service.completionPolls = 4;
  const id = service.addImage();
  expect((await put(url, id, randomBytes(10))).status).toBe(204);
  expect(service.image(id).status).toBe("active");
});

test("a completion that fails later is answered with its reason", async () => {
  const { service, url } = await startRig();
  service.completionPolls = 2;
  service.failCompletion = { code: 415, message: "Image failed safety checks" };
  const id = service.addImage();
  const answer = await put(url, id, randomBytes(10));
  expect(answer.status).toBe(415);
  expect(answer.text).toContain("Image failed safety checks");
  expect(service.image(id).status).toBe("queued");
});

test("a client that leaves during the completion does not end it", async () => {
  const { service, url, log } = await startRig({
    limits: { poll: { attempts: 0, baseMs: 400, capMs: 400 } },
  });
  service.completionPolls = 3;
  const id = service.addImage();
  const { socket } = raw(url, ...putHead(id, "Content-Length: 3"));
  socket.write("abc");
  await eventually(() => [...service.transfers.values()][0]?.state === "completing");
  socket.destroy();
  // A closed side alone does not tell that nobody waits for the answer.
  await eventually(() => log.some(({ event }) => event === "upload"));
  expect([...service.transfers.values()][0]?.state).toBe("complete");
  expect(service.image(id).status).toBe("active");
});

test("Expect: 100-continue is answered once the transfer is open", async () => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const client = raw(url, ...putHead(id, "Content-Length: 3", "Expect: 100-continue"));
  expect(await client.until("\r\n\r\n")).toMatch(/^HTTP\/1.1 100 Continue/);
  expect(service.transfers.size).toBe(1);
  client.socket.write("abc");
  expect(await client.until("204")).toContain("HTTP/1.1 204 No Content");
  client.socket.destroy();
  expect(service.bytesOf(id).toString()).toBe("abc");
});

test("Expect: 100-continue is refused without reading a body", async () => {
  const { service, url } = await startRig();
  service.apiFault = () => ({ status: 409, body: "taken", headers: { "content-type": "text/html" } });
  const client = raw(
    url,
    ...putHead(service.addImage(), "Content-Length: 300000000", "Expect: 100-continue"),
  );
  const seen = await client.until("taken");
  expect(seen).toMatch(/^HTTP\/1.1 409 Conflict/);
  expect(seen).toMatch(/connection: close/i);
});

test("a slow body keeps its transfer alive", async () => {
  const { service, url } = await startRig({ limits: { leaseSeconds: 1, touchMs: 100 } });
  const id = service.addImage();
  async function* slowly() {
    for (const text of ["a", "b", "c"]) {
      yield Buffer.from(text);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      const [transfer] = service.transfers.values();
      expect(transfer?.expiresAt).toBeGreaterThan(Date.now());
    }
  }
  expect((await put(url, id, slowly())).status).toBe(204);
  expect(service.bytesOf(id).toString()).toBe("abc");
});

test("the image is deleted during a slow upload: 410", async () => {
  const { service, url } = await startRig({ limits: { touchMs: 30 } });
  const id = service.addImage();
  async function* slowly() {
    yield Buffer.from("a");
    await eventually(() => service.transfers.size > 0);
    service.images.delete(id);
    await new Promise((resolve) => setTimeout(resolve, 150));
    yield Buffer.from("b");
  }
  const answer = await put(url, id, slowly());
  expect(answer.status).toBe(410);
});
