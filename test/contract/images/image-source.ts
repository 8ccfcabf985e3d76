import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { safeFetch } from "../../../shared/fetch/safe-fetch.ts";
import { httpBlobStore } from "../../../shared/images/adapters/http/blob-store.ts";
import type { BlobStoreUnderTest } from "./store-under-test.ts";

/** How a web server answers for files, beyond what is usual. */
export interface SourceManners {
  /** Takes no HEAD, knows no ranges, and names no ETag. */
  readonly isPlain?: boolean;
  /** Gives at most so many bytes of a range. */
  readonly mostBytes?: number;
  /** Breaks the connection off after so many bytes, so many times. */
  readonly breaks?: { readonly afterBytes: number; times: number };
}

type Files = Map<string, { readonly bytes: Buffer; readonly at: Date }>;

function answer(files: Files, manners: SourceManners, request: IncomingMessage, response: ServerResponse) {
  const file = files.get(request.url ?? "");
  if (!file) return response.writeHead(404).end();
  const { isPlain = false, mostBytes = Number.POSITIVE_INFINITY, breaks } = manners;
  if (request.method === "HEAD" && isPlain) return response.writeHead(405).end();
  const { bytes, at } = file;
  const mark = {
    ETag: `"${createHash("md5").update(bytes).digest("hex")}"`,
    "Last-Modified": at.toUTCString(),
  };
  const headers = isPlain ? {} : mark;
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const isRange = from !== undefined && !isPlain;
  const begin = isRange ? Number(from) : 0;
  if (isRange && begin >= bytes.length)
    return response.writeHead(416, { "Content-Range": `bytes */${bytes.length}` }).end();
  const end = isRange
    ? Math.min(bytes.length, to ? Number(to) + 1 : bytes.length, begin + mostBytes)
    : bytes.length;
  response.writeHead(isRange ? 206 : 200, {
    ...headers,
    "Content-Length": end - begin,
    ...(isRange && { "Content-Range": `bytes ${begin}-${end - 1}/${bytes.length}` }),
  });
  if (request.method === "HEAD") return response.end();
  if (breaks && breaks.times > 0) {
    breaks.times--;
    return response.write(bytes.subarray(begin, begin + breaks.afterBytes), () => response.destroy());
  }
  return response.end(bytes.subarray(begin, end));
}

/** A web server of files on this machine, and the http store that reads it. */
export async function startSource(manners: SourceManners = {}, image_size_cap = 1024 ** 3) {
  const files: Files = new Map();
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(files, manners, request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const fetcher = safeFetch({
    ...{
      allowed_schemes: ["http", "https"],
      disallowed_schemes: [],
      allowed_hosts: [],
      disallowed_hosts: [],
    },
    ...{ allowed_ports: [], disallowed_ports: [], import_allowed_networks: ["127.0.0.1/32"] },
    ...{ maxRedirects: 3, maxHeaderBytes: 8192, firstByteMs: 20_000, idleMs: 20_000, connectionsPerHost: 2 },
  });
  const blobs = httpBlobStore(fetcher, { image_size_cap });
  const pathOf = (url: string) => new URL(url).pathname;
  const under: BlobStoreUnderTest = {
    blobs,
    place: async (url, bytes) => {
      files.set(pathOf(url), { bytes: Buffer.from(bytes), at: new Date() });
    },
    discard: async (url) => {
      files.delete(pathOf(url));
    },
    newKey: () => `http://127.0.0.1:${port}/images/${randomUUID()}`,
    leftovers: async () => [...files.keys()],
  };
  const stop = () => {
    fetcher.close();
    server.closeAllConnections();
    server.close();
  };
  return { ...under, key: under.newKey?.() ?? "", requests, stop };
}
