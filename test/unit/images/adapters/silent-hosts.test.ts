import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { s3BlobStore } from "../../../../shared/images/adapters/s3/blob-store.ts";
import { s3ClientAt } from "../../../../shared/images/adapters/s3/s3-client.ts";
import { BlobStoreFailed } from "../../../../shared/images/ports/blob-store.ts";
import { silentListener } from "../../../fakes/silent-listener.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const waits = { connectMs: 500, answerMs: 200, completeMs: 400, copyMs: 400 };

function storeAt(port: number) {
  const client = s3ClientAt(
    {
      ...{ region: "us-east-1", host: `http://127.0.0.1:${port}`, pathStyle: true },
      keys: async () => ({
        accessKeyId: "a",
        secretAccessKey: "b",
        expiration: new Date(Date.now() + 60_000),
      }),
    },
    waits,
  );
  stops.push(() => client.destroy());
  return s3BlobStore(client, "images");
}

async function silentHost() {
  const { port, requests, stop } = await silentListener();
  stops.push(stop);
  return { store: storeAt(port), requests };
}

async function host(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return storeAt((server.address() as AddressInfo).port);
}

describe("a host that takes connections and never answers", () => {
  it.each([
    ["head", 2],
    ["read", 2],
    ["delete", 2],
    ["createUpload", 2],
    ["completeUpload", 1],
    ["put", 2],
    ["sendPart", 1],
  ] as const)(
    "fails %s after %i tries",
    async (call, tries) => {
      const { store, requests } = await silentHost();
      const calls = {
        head: () => store.head("a/1"),
        read: () => store.read("a/1", 0, 10),
        delete: () => store.delete("a/1"),
        createUpload: () => store.createUpload("a/1"),
        completeUpload: () => store.completeUpload("a/1", "1", [{ number: 1, etag: "1" }]),
        put: () => store.put("a/1", new Uint8Array(10)),
        sendPart: () => store.sendPart("a/1", "1", 1, new Uint8Array(200 * 1024)),
      };
      await expect(calls[call]()).rejects.toBeInstanceOf(BlobStoreFailed);
      expect(requests()).toBe(tries);
    },
    5000,
  );
});

it("a host that stops in the middle of an answer fails it", async () => {
  const store = await host((_, response) => response.writeHead(206, { "content-length": 10 }).write("half"));
  await expect(store.read("a/1", 0, 10)).rejects.toBeInstanceOf(BlobStoreFailed);
}, 5000);

it("a host that is slow, but never silent for long, is waited for", async () => {
  const store = await host((_, response) => {
    response.writeHead(206, { "content-length": 10 });
    let sent = 0;
    const timer = setInterval(() => {
      response.write("x");
      if (++sent < 10) return;
      clearInterval(timer);
      response.end();
    }, 50);
  });
  expect(Buffer.from(await store.read("a/1", 0, 10)).toString()).toBe("x".repeat(10));
}, 5000);

it("a host that puts an object together may be silent within its answer as long as before it", async () => {
  const store = await host((request, response) => {
    if (request.method !== "POST") return void response.writeHead(200, { "content-length": 0 }).end();
    response.writeHead(200, { "content-type": "application/xml" });
    response.write("<?xml version='1.0'?>");
    setTimeout(
      () => response.end('<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>'),
      300,
    );
  });
  await expect(store.completeUpload("a/1", "1", [{ number: 1, etag: "1" }])).resolves.not.toThrow();
}, 5000);

it("a kept connection serves the next request, also after a pause", async () => {
  const store = await host((_, response) =>
    response.writeHead(200, { "content-length": 3, etag: '"1"' }).end(),
  );
  expect(await store.head("a/1")).toMatchObject({ size: 3 });
  await new Promise((done) => setTimeout(done, 300));
  expect(await store.head("a/1")).toMatchObject({ size: 3 });
}, 5000);
