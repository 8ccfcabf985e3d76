import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const BLOCK = 64 * 1024 ** 2;
const CHUNK = 1024 ** 2;

/**
 * A host with a large file that is made of one block again and again: under `/disk.img` with the troubles of the internet,
 * under `/plain.img` without. It drops every tenth connection, gives one range in thirty slowly, and one with wrong bytes.
 */
export async function startTroubledSource(size: number) {
  const block = randomBytes(BLOCK);
  const hash = createHash("sha256");
  for (let at = 0; at < size; at += BLOCK) hash.update(block.subarray(0, Math.min(BLOCK, size - at)));
  const counts = { connections: 0, served: 0, dropped: 0, slow: 0, wrong: 0, requests: 0 };

  async function send(response: ServerResponse, from: number, to: number, isTroubled: boolean) {
    const count = ++counts.requests;
    const isDropped = isTroubled && count % 10 === 0;
    const isSlow = isTroubled && count % 30 === 7;
    const isWrong = isTroubled && counts.wrong === 0 && from > size / 2;
    if (isWrong) counts.wrong++;
    if (isSlow) counts.slow++;
    const end = isDropped ? from + Math.floor((to - from) / 2) : to;
    for (let at = from; at < end && !response.destroyed; ) {
      const length = Math.min(CHUNK, end - at, BLOCK - (at % BLOCK));
      const bytes = block.subarray(at % BLOCK, (at % BLOCK) + length);
      counts.served += length;
      if (!response.write(isWrong && at === from ? Buffer.alloc(length) : bytes))
        await once(response, "drain");
      if (isSlow) await sleep(100);
      at += length;
    }
    if (isDropped) {
      counts.dropped++;
      response.destroy();
    } else response.end();
  }

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const from = Number(first ?? 0);
    const to = last ? Math.min(Number(last) + 1, size) : size;
    response.writeHead(first === undefined ? 200 : 206, {
      "Content-Length": to - from,
      ETag: '"one"',
      ...(first !== undefined && { "Content-Range": `bytes ${from}-${to - 1}/${size}` }),
    });
    response.on("error", () => undefined);
    send(response, from, to, request.url === "/disk.img").catch(() => response.destroy());
  };
  const server = createServer(answer).on("connection", () => counts.connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url: `${root}/disk.img`, plainUrl: `${root}/plain.img`, sha256: hash.digest("hex"), counts },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
