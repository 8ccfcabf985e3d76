import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, expect, test } from "vitest";
import type { SwiftWaits } from "../../../../../shared/images/adapters/swift/bounded-exchange.ts";
import { swiftClient } from "../../../../../shared/images/adapters/swift/swift-client.ts";
import { BlobStoreFailed, StoreFull } from "../../../../../shared/images/ports/blob-store.ts";
import { KeystoneUnavailable } from "../../../../../shared/keystone/keystone-unavailable.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A Swift that answers as it is told, and a client of it whose tokens are numbered. */
async function swift(listener: RequestListener, waits?: SwiftWaits) {
  const opened = createServer(listener);
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  let current = 1;
  const account = `http://127.0.0.1:${(opened.address() as AddressInfo).port}/v1/AUTH_a`;
  return swiftClient(
    {
      account: async () => account,
      token: async () => `secret-token-${current}`,
      discard: () => {
        current++;
      },
    },
    waits,
  );
}
const short: SwiftWaits = { answerMs: 100, completeMs: 200, copyMs: 300 };
const look = { what: "look", method: "GET", path: ["c", "a/b ü"] } as const;

test("throttling and failures that pass are waited out, with the same request", async () => {
  const statuses = [498, 503, 429, 422, 200];
  const paths: (string | undefined)[] = [];
  const client = await swift((request, response) => {
    paths.push(request.url);
    response.writeHead(statuses.shift() ?? 500).end("all");
  });
  expect(Buffer.from((await client(look)).body).toString()).toBe("all");
  expect(new Set(paths)).toEqual(new Set(["/v1/AUTH_a/c/a/b%20%C3%BC"]));
  expect(paths).toHaveLength(5);
});

test("a lost connection is made again", async () => {
  let calls = 0;
  const client = await swift((request, response) => {
    if (++calls === 1) request.socket.destroy();
    else response.end();
  });
  expect((await client(look)).status).toBe(200);
});

test("a token that is refused is renewed once", async () => {
  const tokens: unknown[] = [];
  const client = await swift((request, response) => {
    tokens.push(request.headers["x-auth-token"]);
    response.writeHead(request.headers["x-auth-token"] === "secret-token-2" ? 204 : 401).end();
  });
  expect((await client(look)).status).toBe(204);
  expect(tokens).toEqual(["secret-token-1", "secret-token-2"]);
});

test("a refusal is not repeated, and its error holds no token", async () => {
  let calls = 0;
  const client = await swift((_request, response) => {
    calls++;
    response.writeHead(403).end("no");
  });
  const error = await client(look).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(BlobStoreFailed);
  expect(inspect(error)).toContain("Swift answered 403 no");
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("secret-token");
  expect(calls).toBe(1);
});

test("a quota that is used up is told as a full store", async () => {
  const client = await swift((_request, response) => response.writeHead(413).end("Upload exceeds quota."));
  await expect(client(look)).rejects.toBeInstanceOf(StoreFull);
});

test("a status that the caller asks for is an answer", async () => {
  const client = await swift((_request, response) => response.writeHead(404).end());
  expect((await client({ ...look, answers: [404] })).status).toBe(404);
});

test("a redirect is not followed: it would carry the token along", async () => {
  const paths: (string | undefined)[] = [];
  const client = await swift((request, response) => {
    paths.push(request.url);
    response.writeHead(302, { Location: "/elsewhere" }).end();
  });
  await expect(client(look)).rejects.toBeInstanceOf(BlobStoreFailed);
  expect(paths).toHaveLength(1);
});

test("an answer that is longer than it may be is not read to its end", async () => {
  const client = await swift((_request, response) => response.end("x".repeat(2000)));
  await expect(client({ ...look, maxBytes: 1999 })).rejects.toBeInstanceOf(BlobStoreFailed);
  expect((await client({ ...look, maxBytes: 2000 })).body).toHaveLength(2000);
});

test("silence is borne once more, and then no longer", async () => {
  let calls = 0;
  const client = await swift(() => {
    calls++;
  }, short);
  const began = performance.now();
  const error = await client(look).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(BlobStoreFailed);
  expect(inspect(error)).toContain("Swift said nothing for 100 ms");
  expect(performance.now() - began).toBeLessThan(2000);
  expect(calls).toBe(2);
});

test("what takes its time is asked for once, and has it", async () => {
  let calls = 0;
  const client = await swift((_request, response) => {
    calls++;
    setTimeout(() => response.end(), 150);
  }, short);
  expect((await client({ ...look, method: "PUT", takes: "completeMs" })).status).toBe(200);
  expect(calls).toBe(1);
});

test("an answer that stops in its middle is not waited for, and one that goes on slowly is", async () => {
  let times = 0;
  const client = await swift(
    (_request, response) => {
      if (++times < 3) return response.write("x");
      const timer = setInterval(() => response.write("x"), 50);
      setTimeout(() => {
        clearInterval(timer);
        response.end();
      }, 1000);
      return undefined;
    },
    { ...short, answerMs: 700 },
  );
  await expect(client(look)).rejects.toBeInstanceOf(BlobStoreFailed);
  expect((await client(look)).body.length).toBeGreaterThan(3);
});

test("a login that is not possible yet says why", async () => {
  const client = swiftClient({
    account: async () => "http://127.0.0.1:1/v1/AUTH_a",
    token: async () => {
      throw new KeystoneUnavailable(new BlobStoreFailed("its secret has no password"));
    },
    discard: () => {},
  });
  await expect(client(look)).rejects.toThrow("its secret has no password");
});
