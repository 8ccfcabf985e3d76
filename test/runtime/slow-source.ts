import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface SlowSource {
  readonly url: string;
  /** Answers that are under way. */
  open(): number;
  close(): Promise<void>;
}

const BYTES = 40_000_000;
/** Above the slowest that is waited for. */
const CHUNK = Buffer.alloc(8192);
const EVERY_MS = 200;

/** A host that gives ranges, a little at a time, and takes a quarter of an hour for all of it. */
export async function startSlowSource(): Promise<SlowSource> {
  let open = 0;
  const server = createServer((request, response) => {
    const [, from = "0", to = String(BYTES - 1)] =
      /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const [first, last] = [Number(from), Math.min(Number(to), BYTES - 1)];
    let left = last - first + 1;
    response.writeHead(206, {
      ...{ "content-length": left, etag: '"slow"', "accept-ranges": "bytes" },
      "content-range": `bytes ${first}-${last}/${BYTES}`,
    });
    open++;
    const dripping = setInterval(() => {
      const chunk = CHUNK.subarray(0, Math.min(CHUNK.length, left));
      left -= chunk.length;
      response.write(chunk);
      if (left === 0) response.end();
    }, EVERY_MS);
    response.once("close", () => {
      open--;
      clearInterval(dripping);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/slow.img`,
    open: () => open,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
