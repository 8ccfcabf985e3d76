import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { expect, it } from "vitest";
import { paceOf } from "../../../../../shared/images/operations/imports/fetch-budget.ts";
import { fetchPart } from "../../../../../shared/images/operations/imports/fetch-part.ts";
import { ImportSourceFailed } from "../../../../../shared/images/ports/import-source.ts";
import { startServer } from "./odd-source.ts";

const pause = async () => {};
const pace = () => paceOf({ hasTime: () => true, bytesPerSecond: () => 0 });
type Answer = Parameters<typeof startServer>[0];

/** What comes of a source: looked at, then read in whole. */
async function outcome(answer: Answer, cap?: number): Promise<Error> {
  await using server = await startServer(answer, cap);
  const { source, url } = server;
  try {
    const facts = await source.probe(url);
    if (facts.ranges)
      await fetchPart({ source, url, facts }, 0, Buffer.alloc(facts.size ?? 1), pace(), pause);
    else for await (const _ of source.open(url, facts));
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was read");
}

const range = (size: number) => ({
  "Content-Range": `bytes 0-0/${size}`,
  "Content-Length": 1,
  ETag: '"one"',
});

it.each<[string, RegExp, Answer]>([
  [
    "has no end",
    /has more than the 100000 bytes that are taken/,
    (_, response) => {
      response.writeHead(200);
      const send = () => response.destroyed || response.write(Buffer.alloc(50_000), send);
      send();
    },
  ],
  [
    "announces too much",
    /has 200000 bytes; this service takes at most 100000/,
    (_, response) => {
      response.writeHead(206, range(200_000)).end("x");
    },
  ],
  [
    "sends a byte now and then",
    /is too slow: \d+ bytes came/,
    (request, response) => {
      if (request.headers.range === "bytes=0-0") return response.writeHead(206, range(50_000)).end("x");
      const [, from = ""] = /^bytes=(\d+)-/.exec(request.headers.range ?? "") ?? [];
      const length = 50_000 - Number(from);
      response.writeHead(206, { "Content-Range": `bytes ${from}-49999/50000`, "Content-Length": length });
      const drip = setInterval(() => response.write("x"), 50);
      response.on("close", () => clearInterval(drip));
    },
  ],
  [
    "sends nothing",
    /sent nothing for 0.5 s/,
    (request, response) => {
      if (request.headers.range === "bytes=0-0") return response.writeHead(206, range(50_000)).end("x");
      response
        .writeHead(206, { "Content-Range": "bytes 0-49999/50000", "Content-Length": 50_000 })
        .flushHeaders();
    },
  ],
  ["never answers", /did not answer within 0.5 s/, () => undefined],
  [
    "redirects for ever",
    /redirects more than 3 times/,
    (_, response) => {
      response.writeHead(302, { Location: "/disk.img" }).end();
    },
  ],
  [
    "redirects to where nothing is fetched from",
    /is not one that is fetched from/,
    (_, response) => {
      response.writeHead(302, { Location: "http://169.254.169.254/latest/meta-data" }).end();
    },
  ],
  [
    "floods with headers",
    /more header bytes than are read/,
    (_, response) => {
      const flood = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`x-${at}`, "x".repeat(1000)]));
      response.writeHead(200, flood).end();
    },
  ],
  [
    "sends less than it announced",
    /broke off after \d+ bytes/,
    (request, response) => {
      if (request.headers.range === "bytes=0-0") return response.writeHead(206, range(100)).end("x");
      const [, from = ""] = /^bytes=(\d+)-/.exec(request.headers.range ?? "") ?? [];
      response.writeHead(206, {
        "Content-Range": `bytes ${from}-99/100`,
        "Content-Length": 100 - Number(from),
      });
      response.write("x".repeat(from === "0" ? 10 : 0), () => response.destroy());
    },
  ],
  [
    "gives more than the range",
    /has more than the 100 bytes/,
    (request, response) => {
      if (request.headers.range === "bytes=0-0") return response.writeHead(206, range(100)).end("x");
      response
        .writeHead(206, { "Content-Range": "bytes 0-99/100", "Content-Length": 200 })
        .end("x".repeat(200));
    },
  ],
  [
    "gives another range",
    /answers 206 with what was not asked for/,
    (request, response) => {
      if (request.headers.range === "bytes=0-0") return response.writeHead(206, range(100)).end("x");
      response
        .writeHead(206, { "Content-Range": "bytes 50-99/100", "Content-Length": 50 })
        .end("x".repeat(50));
    },
  ],
  [
    "has nothing there",
    /answers 404/,
    (_, response) => {
      response.writeHead(404).end();
    },
  ],
  [
    "wants a login",
    /answers 401/,
    (_, response) => {
      response.writeHead(401).end();
    },
  ],
])(
  "a source that %s is one clear sentence",
  async (_, sentence, answer) => {
    const error = await outcome(answer, 100_000);
    expect(error.message).toMatch(sentence);
    expect(error.message).not.toContain("\n");
  },
  20_000,
);

it("a source that refuses every range is read without, and one that refuses all is no empty image", async () => {
  await using server = await startServer((request, response) =>
    request.headers.range === undefined
      ? response.writeHead(200, { "Content-Length": 4 }).end("data")
      : response.writeHead(416).end(),
  );
  expect(await server.source.probe(server.url)).toEqual({ ranges: false, size: 4 });
  await using wall = await startServer((_, response) => response.writeHead(416).end());
  await expect(wall.source.probe(wall.url)).rejects.toThrow(/answers 416/);
});

it("a source that speaks no HTTP, or no TLS, is one clear sentence", async () => {
  const tcp = createTcpServer((socket) => socket.on("error", () => undefined).end("220 smtp ready\r\n"));
  tcp.listen(0, "127.0.0.1");
  await once(tcp, "listening");
  const { port } = tcp.address() as AddressInfo;
  await using server = await startServer(() => undefined);
  const plain: unknown = await server.source.probe(`http://127.0.0.1:${port}/`).catch((reason) => reason);
  expect((plain as Error).message).toMatch(/is no HTTP/);
  const tls: unknown = await server.source.probe(`https://127.0.0.1:${port}/`).catch((reason) => reason);
  expect(tls).toBeInstanceOf(ImportSourceFailed);
  expect((tls as Error).message).toMatch(/127\.0\.0\.1/);
  tcp.close();
});
