import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { eventually, put, putHead, raw } from "./client.ts";
import { startRig } from "./rig.ts";

const MIB = 1024 * 1024;

function* megabytes(data: Buffer) {
  for (let at = 0; at < data.length; at += MIB) yield data.subarray(at, at + MIB);
}

test("S3's 503, 500, 429, a cut connection, damage on the way and a wrong ETag are repeated", async () => {
  const { service, url, log } = await startRig();
  const faults = [
    { status: 503, body: "SlowDown" },
    { status: 500 },
    { status: 429 },
    "cut",
    { status: 400, body: "BadDigest" },
    "wrong-etag",
  ] as const;
  service.s3.fault = (number, attempt) => (attempt === 1 ? faults[number - 1] : undefined);
  const id = service.addImage();
  const data = randomBytes(6 * 8 * MIB - 5);
  expect((await put(url, id, megabytes(data))).status).toBe(204);
  expect(service.bytesOf(id).equals(data)).toBe(true);
  expect(log.find(({ event }) => event === "upload")).toMatchObject({ parts: 6, retries: 6 });
});

test("a URL that has expired is replaced once", async () => {
  const { service, url } = await startRig();
  service.s3.urlLifeMs = -1;
  service.s3.fault = (number) => {
    if (number === 1) service.s3.urlLifeMs = 60_000;
    return undefined;
  };
  const id = service.addImage();
  expect((await put(url, id, randomBytes(100))).status).toBe(204);
  expect(service.s3.refusals).toEqual(["AccessDenied"]);

  service.s3.fault = () => ({ status: 403, body: "AccessDenied" });
  const refused = service.addImage();
  const answer = await put(url, refused, randomBytes(100));
  expect(answer.status).toBe(500);
  expect(answer.text).toContain("403 AccessDenied");
  expect(answer.text).not.toContain("signature");
  expect(service.s3.refusals.length).toBe(3);
  expect(service.image(refused).status).toBe("queued");
});

test("a store that stays down ends the upload with 500 and a queued image", async () => {
  const { service, url } = await startRig();
  service.s3.fault = () => "cut";
  const id = service.addImage();
  const answer = await put(url, id, megabytes(randomBytes(20 * MIB)));
  expect(answer.status).toBe(500);
  expect(answer.text).toContain("part");
  expect(service.image(id).status).toBe("queued");
});

test("a client that breaks off in the body leaves a queued image that refuses the rest of the file", async () => {
  const { service, url } = await startRig();
  const id = service.addImage();
  const client = raw(url, ...putHead(id, "Content-Length: 300000"));
  client.socket.write(randomBytes(100_000));
  await eventually(() => service.transfers.size === 1);
  client.socket.destroy();
  await eventually(() => service.image(id).status === "queued");
  expect(service.image(id).broken).toBe(300_000);
  expect((await put(url, id, randomBytes(200_000))).status).toBe(400);
  expect(service.image(id).status).toBe("queued");
  expect((await put(url, id, randomBytes(300_000))).status).toBe(204);
});

test("a body that ends before its Content-Length, or a chunked one without its end, is broken", async () => {
  const { service, url } = await startRig();
  for (const framing of ["Content-Length: 10", "Transfer-Encoding: chunked"]) {
    const id = service.addImage();
    const client = raw(url, ...putHead(id, framing));
    client.socket.end(framing.startsWith("C") ? "123" : "3\r\n123\r\n");
    await client.until("never");
    await eventually(() =>
      [...service.transfers.values()].some((one) => one.imageId === id && one.state === "aborted"),
    );
    expect(service.image(id).status).toBe("queued");
  }
});

test("a client that breaks off while the transfer is being opened leaves none behind", async () => {
  const { service, url, log } = await startRig({
    limits: { apiRetry: { attempts: 9, baseMs: 100, capMs: 100 } },
  });
  let isThrottled = true;
  service.apiFault = () => (isThrottled ? { status: 429 } : undefined);
  const id = service.addImage();
  const client = raw(url, ...putHead(id, "Content-Length: 10"));
  client.socket.write("123");
  await eventually(() => service.apiCalls.length > 0);
  client.socket.destroy();
  isThrottled = false;
  await eventually(() => log.some(({ event }) => event === "upload"));
  expect([...service.transfers.values()].map(({ state }) => state)).toEqual(["aborted"]);
  expect(service.image(id)).toMatchObject({ status: "queued", broken: 10 });
});

test("a client that falls silent is given up", async () => {
  const { service, url } = await startRig({ limits: { bodyIdleMs: 60, drainMs: 30 } });
  const id = service.addImage();
  const client = raw(url, ...putHead(id, "Content-Length: 10"));
  client.socket.write("123");
  expect(await client.until("never")).toMatch(/^HTTP\/1.1 408 /);
  expect(service.image(id).status).toBe("queued");
});

test("a slow store slows the sender down instead of filling memory", async () => {
  const { service, url, log } = await startRig();
  service.s3.delayMs = 300;
  service.s3.keepsBytes = false;
  const id = service.addImage();
  let sent = 0;
  function* source() {
    const chunk = Buffer.alloc(MIB);
    for (; sent < 100; sent++) yield chunk;
  }
  const upload = put(url, id, source());
  await eventually(() => service.partsOf(id).length > 0);
  // Four parts of 8 MiB on their way, one filled, and what the sockets hold.
  expect(sent).toBeLessThan(80);
  expect((await upload).status).toBe(204);
  const line = log.find(({ event }) => event === "upload");
  expect(line?.peak_buffer_bytes).toBeLessThanOrEqual(5 * 8 * MIB);
});
