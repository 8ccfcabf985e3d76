import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { safeFetch } from "../../../../shared/fetch/safe-fetch.ts";
import { httpBlobStore } from "../../../../shared/images/adapters/http/blob-store.ts";
import { SourceTooSlow } from "../../../../shared/images/ports/blob-store.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** The http store with 300 ms for an answer, none of them for a silence, and a host that answers it. */
async function sourceOf(answer: RequestListener) {
  let requests = 0;
  let ended = 0;
  const server = createServer((request, response) => {
    requests++;
    response.on("close", () => ended++);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const fetcher = safeFetch({
    ...{ allowed_schemes: [], disallowed_schemes: [], allowed_hosts: [], disallowed_hosts: [] },
    ...{ allowed_ports: [], disallowed_ports: [], import_allowed_networks: ["127.0.0.1/32"] },
    ...{ maxRedirects: 5, maxHeaderBytes: 8192, firstByteMs: 200, idleMs: 200, connectionsPerHost: 2 },
  });
  stops.push(() => {
    fetcher.close();
    server.closeAllConnections();
    server.close();
  });
  const blobs = httpBlobStore(fetcher, { image_size_cap: 1024 ** 3, answerMs: 300 });
  const url = `http://127.0.0.1:${port}/one.raw`;
  return { blobs, url, requests: () => requests, ended: () => ended };
}

const range = { "content-type": "application/octet-stream", "content-range": "bytes 0-999999/1000000" };

describe("a host that is never silent for long, and never done", () => {
  it("sending a byte now and then, is given up in time", async () => {
    const { blobs, url, requests, ended } = await sourceOf((_, response) => {
      response.writeHead(206, { ...range, "content-length": 1_000_000 });
      const timer = setInterval(() => response.write("x"), 50);
      response.on("close", () => clearInterval(timer));
    });
    const began = Date.now();
    // 300 ms, and 39 for 10,000 bytes at 256 a millisecond.
    await expect(blobs.read(url, 0, 10_000)).rejects.toBeInstanceOf(SourceTooSlow);
    expect(Date.now() - began).toBeLessThan(2000);
    expect(requests()).toBe(1);
    await expect.poll(ended).toBe(1);
  });

  it("sending less than was asked, again and again, is given up in time", async () => {
    let at = 0;
    const { blobs, url } = await sourceOf((_, response) => {
      const content = { "content-range": `bytes ${at}-${at}/1000000`, "content-length": 1, etag: '"1"' };
      at++;
      setTimeout(() => response.writeHead(206, content).end("x"), 50);
    });
    await expect(blobs.read(url, 0, 10_000)).rejects.toBeInstanceOf(SourceTooSlow);
    expect(at).toBeLessThan(100);
  });

  it("leading on and on, or failing again and again, is given up in time", async () => {
    const slowly = (act: () => void) => void setTimeout(act, 150);
    const leading = await sourceOf((_, response) =>
      slowly(() => response.writeHead(302, { location: "/next" }).end()),
    );
    await expect(leading.blobs.head(leading.url)).rejects.toBeInstanceOf(SourceTooSlow);
    const failing = await sourceOf((_, response) => slowly(() => response.writeHead(503).end()));
    await expect(failing.blobs.head(failing.url)).rejects.toBeInstanceOf(SourceTooSlow);
  });
});

it("a host without ranges has time for what comes before the bytes that are wanted", async () => {
  const before = 200_000;
  const { blobs, url } = await sourceOf((_, response) => {
    response.writeHead(200, { "content-length": before + 10 });
    let sent = 0;
    const timer = setInterval(() => {
      response.write("x".repeat(before / 10));
      if (++sent < 10) return;
      clearInterval(timer);
      response.end("0123456789");
    }, 60);
  });
  expect((await blobs.read(url, before, 10)).toString()).toBe("0123456789");
});
