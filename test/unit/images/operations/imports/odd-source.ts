import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type SafeFetchOptions, safeFetch } from "../../../../../shared/fetch/safe-fetch.ts";
import { httpImportSource } from "../../../../../shared/images/adapters/http/import-source.ts";

export const openFetch = {
  ...{ allowed_schemes: ["http", "https"], disallowed_schemes: [], allowed_hosts: [], disallowed_hosts: [] },
  ...{ allowed_ports: [], disallowed_ports: [], import_allowed_networks: ["127.0.0.1/32"] },
  ...{ maxRedirects: 3, maxHeaderBytes: 8192, firstByteMs: 500, idleMs: 500, connectionsPerHost: 8 },
} satisfies SafeFetchOptions;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server on this machine that answers as it is told, and the source that reads it. */
export async function startServer(answer: Answer, cap = 1024 ** 3, options: Partial<SafeFetchOptions> = {}) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const fetcher = safeFetch({ ...openFetch, ...options });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/disk.img`,
    requests,
    source: httpImportSource(fetcher, { image_size_cap: cap, rateMs: 300 }),
    [Symbol.asyncDispose]: async () => {
      fetcher.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export interface Manners {
  readonly mark?: () => string | undefined;
  readonly ranges?: boolean;
  /** The bytes of an answer; the data's own without it. */
  readonly spoil?: (bytes: Buffer, from: number) => Buffer;
  /** Whether this answer breaks off half way. */
  readonly breaks?: (from: number) => boolean;
}

/** Serves data as a web server does, but for its manners. */
export const serving =
  (data: () => Buffer, { mark = () => '"one"', ranges = true, spoil, breaks }: Manners = {}): Answer =>
  (request, response) => {
    const bytes = data();
    const etag = mark();
    const [, from, to] = (ranges && /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "")) || [];
    const isCurrent = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
    const isRange = from !== undefined && isCurrent;
    const start = isRange ? Number(from) : 0;
    if (isRange && start >= bytes.length) return response.writeHead(416).end();
    const end = isRange ? Math.min(Number(to) + 1, bytes.length) : bytes.length;
    const part = spoil ? spoil(bytes.subarray(start, end), start) : bytes.subarray(start, end);
    response.writeHead(isRange ? 206 : 200, {
      "Content-Length": part.length,
      ...(etag !== undefined && { ETag: etag }),
      ...(isRange && { "Content-Range": `bytes ${start}-${end - 1}/${bytes.length}` }),
    });
    if (breaks?.(start)) return response.write(part.subarray(0, part.length / 2), () => response.destroy());
    return response.end(part);
  };
