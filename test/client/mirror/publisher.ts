import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A host that publishes images, with what it says of them. */
export interface Publisher {
  readonly url: string;
  /** Replaces what is at a path. */
  put(path: string, content: string | Buffer, lastModified?: string): void;
  remove(path: string): void;
  /** How often each path was asked for, HEAD left out. */
  readonly asked: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** How long what is under `/slow` keeps an import waiting. */
const SLOW_MS = 4000;

export const hashOf = (kind: string, content: string | Buffer): string =>
  createHash(kind).update(content).digest("hex");

export async function startPublisher(port = 0): Promise<Publisher> {
  const files = new Map<string, { readonly content: Buffer; readonly modified: string }>();
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://publisher");
    if (request.method === "GET") asked.set(pathname, (asked.get(pathname) ?? 0) + 1);
    const [, late] = /^\/slow(\/.*)/.exec(pathname) ?? [];
    if (late !== undefined) {
      setTimeout(() => response.writeHead(302, { location: late }).end(), SLOW_MS);
      return;
    }
    const [, target] = /^\/to(\/.*)/.exec(pathname) ?? [];
    if (target !== undefined) return void response.writeHead(302, { location: target }).end();
    const file = files.get(pathname);
    if (!file) return void response.writeHead(404).end();
    const { content, modified } = file;
    const head = {
      etag: `"${hashOf("md5", content)}"`,
      "last-modified": modified,
      "accept-ranges": "bytes",
    };
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const start = Number(from ?? 0);
    const part = content.subarray(start, to ? Number(to) + 1 : undefined);
    const range = { "content-range": `bytes ${start}-${start + part.length - 1}/${content.length}` };
    response.writeHead(from === undefined ? 200 : 206, {
      ...head,
      "content-length": part.length,
      ...(from !== undefined && range),
    });
    response.end(request.method === "HEAD" ? undefined : part);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put: (path, content, lastModified = "Wed, 01 May 2024 10:00:00 GMT") => {
      files.set(path, { content: Buffer.from(content), modified: lastModified });
    },
    remove: (path) => {
      files.delete(path);
    },
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
