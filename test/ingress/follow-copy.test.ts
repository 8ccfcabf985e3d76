import { createHash, randomBytes } from "node:crypto";
import http, { type IncomingHttpHeaders } from "node:http";
import net from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Limits } from "../../client/ingress/limits.ts";
import { ask } from "./client.ts";
import { listen } from "./fake-server.ts";
import { startRig } from "./rig.ts";

const file = "/v2/images/71c675ab-d94f-49cd-a114-e12490b328d9/file";
const PIECE_BYTES = 100_000;
const data = randomBytes(3.5 * PIECE_BYTES);
const sha512 = createHash("sha512").update(data).digest("hex");

const running: http.Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** An endpoint that tells of a copy, and the host of its URLs, which gives ranges. */
async function copying(limits: Partial<Limits> = {}) {
  const rig = await startRig({ limits: { copyPauseMs: 30, copyMs: 10_000, ...limits } });
  const state = { stored: 0, done: false, copy: "one", bytes: data, sha512, refusal: 0, cut: 0 };
  const asked: { readonly follow: string | undefined; readonly headers: IncomingHttpHeaders }[] = [];
  const read: IncomingHttpHeaders[] = [];
  const host = http.createServer((request, response) => {
    read.push(request.headers);
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
    const piece = /piece-(\d+)/.exec(request.url ?? "")?.[1];
    const start = piece === undefined ? 0 : Number(piece) * PIECE_BYTES;
    const part = state.bytes.subarray(start + Number(from), start + Number(to) + 1);
    response.writeHead(206, { "content-length": part.length });
    if (state.cut-- > 0) response.write(part.subarray(0, 1000), () => response.destroy());
    else response.end(part);
  });
  running.push(host);
  const base = `http://127.0.0.1:${await listen(host)}`;
  rig.service.other = (request, response) => {
    const follow = request.headers["x-image-follow-copy"] as string | undefined;
    asked.push({ follow, headers: request.headers });
    if (state.refusal) return response.writeHead(state.refusal).end();
    if (state.done) {
      const headers = follow === undefined ? {} : { "x-image-sha512": state.sha512 };
      return response.writeHead(302, { location: `${base}/whole?signature`, ...headers }).end();
    }
    if (follow === undefined) return response.writeHead(503, { "retry-after": "2" }).end("being copied");
    const first = Number(follow);
    const pieces = Array.from(
      { length: Math.max(0, state.stored - first) },
      (_, index) => `${base}/piece-${first + index}?signature`,
    );
    const { copy, bytes } = state;
    const news = { copy, size: bytes.length, piece_bytes: PIECE_BYTES, pieces };
    return response
      .writeHead(202, { "content-type": "application/json", "access-control-allow-origin": "*" })
      .end(JSON.stringify(news));
  };
  return { ...rig, state, asked, read };
}

/** A read as it comes: its head, the bytes so far, and how it ended. */
function reading(url: string, headers: http.OutgoingHttpHeaders = {}) {
  const got: Buffer[] = [];
  const reader = { status: 0, headers: {} as IncomingHttpHeaders, bytes: () => Buffer.concat(got), end: "" };
  const request = http.get(`${url}${file}`, { agent: false, headers }, (answer) => {
    Object.assign(reader, { status: answer.statusCode, headers: answer.headers });
    answer.on("data", (chunk: Buffer) => got.push(chunk));
    answer.on("close", () => {
      reader.end = answer.complete ? "whole" : "broken";
    });
  });
  request.on("error", () => undefined);
  return { reader, request };
}

test("a read of data that is being copied gets the pieces as they come, and the end when all is verified", async () => {
  const { url, state, asked, read } = await copying();
  const { reader } = reading(url, { "x-auth-token": "user-token" });
  await expect.poll(() => asked.length).toBeGreaterThan(1);
  expect(reader.status).toBe(0);
  state.stored = 1;
  await expect.poll(() => reader.bytes().length).toBeGreaterThan(PIECE_BYTES * 0.3);
  expect(reader.status).toBe(200);
  expect(reader.headers).toMatchObject({
    "content-length": String(data.length),
    "content-type": "application/octet-stream",
    "access-control-allow-origin": "*",
  });
  state.stored = 3;
  await expect.poll(() => reader.bytes().length).toBeGreaterThan(PIECE_BYTES * 2.3);
  expect(reader.end).toBe("");
  state.done = true;
  await expect.poll(() => reader.end).toBe("whole");
  expect(reader.bytes().equals(data)).toBe(true);
  expect(asked.length).toBeGreaterThan(1);
  expect(asked.every(({ headers }) => headers["x-auth-token"] === "user-token")).toBe(true);
  expect(new Set(read.flatMap(Object.keys))).toEqual(new Set(["range", "host", "connection"]));
});

test("one whose bytes turn out to be others than the verified ones is broken off before its end", async () => {
  const { url, state, log } = await copying();
  state.stored = 2;
  const { reader } = reading(url);
  await expect.poll(() => reader.bytes().length).toBeGreaterThan(PIECE_BYTES);
  state.sha512 = createHash("sha512").update("others").digest("hex");
  state.done = true;
  await expect.poll(() => reader.end).toBe("broken");
  expect(reader.bytes().length).toBeLessThan(data.length);
  expect(log).toContainEqual(expect.objectContaining({ event: "copy_lost", path: file }));
});

test.each([
  ["is not served after all", { refusal: 500 }],
  ["was deleted", { refusal: 404 }],
  ["is copied anew", { copy: "two" }],
])("one whose image %s is broken off", async (_, change) => {
  const { url, state } = await copying();
  state.stored = 2;
  const { reader } = reading(url);
  await expect.poll(() => reader.bytes().length).toBeGreaterThan(PIECE_BYTES);
  Object.assign(state, change);
  await expect.poll(() => reader.end).toBe("broken");
  expect(reader.bytes().equals(data.subarray(0, reader.bytes().length))).toBe(true);
});

test("one of which nothing more comes is broken off", async () => {
  const { url, state } = await copying({ copyMs: 1500 });
  state.stored = 1;
  const { reader } = reading(url);
  await expect.poll(() => reader.end, { timeout: 5000 }).toBe("broken");
});

test("one whose pieces break off, and whose service does not answer for a while, goes on at the same byte", async () => {
  const { url, state } = await copying();
  Object.assign(state, { stored: 3, cut: 2 });
  const { reader } = reading(url);
  await expect.poll(() => reader.bytes().length, { timeout: 8000 }).toBeGreaterThan(PIECE_BYTES * 2.3);
  state.refusal = 504;
  await new Promise((wake) => setTimeout(wake, 1500));
  expect(reader.end).toBe("");
  Object.assign(state, { refusal: 0, done: true, cut: 1 });
  await expect.poll(() => reader.end, { timeout: 8000 }).toBe("whole");
  expect(reader.bytes().equals(data)).toBe(true);
}, 20_000);

test("one whose client goes asks no more", async () => {
  const { url, state, asked } = await copying();
  state.stored = 1;
  const { reader, request } = reading(url);
  await expect.poll(() => reader.bytes().length).toBeGreaterThan(0);
  request.destroy();
  await new Promise((wake) => setTimeout(wake, 300));
  const before = asked.length;
  await new Promise((wake) => setTimeout(wake, 1500));
  expect(asked.length).toBe(before);
});

test("one whose client takes nothing for too long is broken off", async () => {
  const { url, state, log } = await copying({ bodyIdleMs: 500 });
  // More than the buffers of a connection take.
  Object.assign(state, { bytes: Buffer.alloc(40_000_000), stored: 399 });
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname).on("error", () => undefined);
  socket.write(`GET ${file} HTTP/1.1\r\nHost: ingress.test\r\n\r\n`);
  await expect.poll(() => log.some(({ event }) => event === "request"), { timeout: 8000 }).toBe(true);
  socket.destroy();
  expect(log.find(({ event }) => event === "request")?.bytes).toBeLessThan(40_000_000);
}, 10_000);

test("one of a part of the image waits for all of it, and one that follows by itself is left alone", async () => {
  const { url, state, asked } = await copying();
  state.stored = 2;
  const part = ask(url, { path: file, headers: { range: "bytes=0-9" } });
  await expect.poll(() => asked.length).toBeGreaterThan(1);
  expect(asked.every(({ follow }) => follow === undefined)).toBe(true);
  state.done = true;
  expect((await part).status).toBe(302);
  state.done = false;
  const own = await ask(url, { path: file, headers: { "x-image-follow-copy": "1" } });
  expect([own.status, JSON.parse(own.text).pieces.length]).toEqual([202, 1]);
});
