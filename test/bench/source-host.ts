// A host on this machine with data of a size that its path says (/1024 has so many MiB), in ranges; and a sender of such
// data. A process of its own, so that its processor time is told apart: node source-host.ts PORT.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const MIB = 1024 ** 2;
const block = randomBytes(64 * MIB);

function* bytes(from: number, to: number): Generator<Buffer, void, undefined> {
  for (let at = from; at < to; ) {
    const begin = at % block.length;
    const some = block.subarray(begin, begin + Math.min(MIB, to - at, block.length - begin));
    yield some;
    at += some.length;
  }
}

const server = createServer((request, response) => {
  const size = Number(/^\/(\d+)$/.exec(request.url ?? "")?.[1] ?? 1) * MIB;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const [from, to] = [Number(first ?? 0), last ? Math.min(Number(last) + 1, size) : size];
  response.writeHead(first === undefined ? 200 : 206, {
    "Content-Length": to - from,
    ETag: `"${size}"`,
    ...(first !== undefined && { "Content-Range": `bytes ${from}-${to - 1}/${size}` }),
  });
  pipeline(Readable.from(bytes(from, to)), response).catch(() => undefined);
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening"));
