import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Another host with images at URLs, kind ones and others. */
export interface ImportSource {
  /** `http://127.0.0.1:8098`; what it has: `answers` below. */
  readonly url: string;
  /** Ends `/held?at=NAME`, which answers by its first bytes only until then. */
  release(name: string): void;
  close(): Promise<void>;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** As qcow2 as a format inspector wants it: version 3, nothing in it, 1 MiB of a disk. */
export function qcow2(): Buffer {
  const header = Buffer.alloc(65_536);
  header.write("QFI\xfb", 0, "latin1");
  header.writeUInt32BE(3, 4);
  header.writeUInt32BE(16, 20);
  header.writeBigUInt64BE(1_048_576n, 24);
  header.writeUInt32BE(104, 100);
  return header;
}

const whole =
  (data: Buffer): Answer =>
  (response, request) => {
    const head = { "content-length": data.length, etag: '"one"', "accept-ranges": "bytes" };
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const start = Number(from ?? 0);
    const end = to ? Math.min(Number(to), data.length - 1) : data.length - 1;
    const part = data.subarray(start, end + 1);
    if (from === undefined) response.writeHead(200, head);
    else if (start >= data.length)
      return response.writeHead(416, { "content-range": `bytes */${data.length}` }).end();
    else
      response.writeHead(206, {
        ...head,
        "content-length": part.length,
        "content-range": `bytes ${start}-${end}/${data.length}`,
      });
    return response.end(request.method === "HEAD" ? undefined : part);
  };
const failing =
  (status: number): Answer =>
  (response) =>
    response.writeHead(status).end("sorry");
const redirecting =
  (location: (own: string) => string, status = 302): Answer =>
  (response, request) =>
    response.writeHead(status, { location: location(`http://${request.headers.host}`) }).end();

const answers = new Map<string, Answer>([
  ["/data", whole(Buffer.from("bytes"))],
  ["/empty", whole(Buffer.alloc(0))],
  ["/qcow2", whole(qcow2())],
  ["/404", failing(404)],
  ["/403", failing(403)],
  ["/500", failing(500)],
  ["/204", (response) => response.writeHead(204).end()],
  ["/unsized", (response) => response.end("bytes")],
  ["/to-data", redirecting((own) => `${own}/data`)],
  ["/to-data-301", redirecting((own) => `${own}/data`, 301)],
  ["/to-data-307", redirecting((own) => `${own}/data`, 307)],
  ["/to-relative", redirecting(() => "/data")],
  ["/to-404", redirecting((own) => `${own}/404`)],
  ["/to-port", redirecting(() => "http://127.0.0.1:1/data")],
  ["/to-file", redirecting(() => "file:///etc/passwd")],
  ["/loop", redirecting((own) => `${own}/loop`)],
  ["/cut", (response) => response.socket?.destroy()],
  [
    "/short",
    (response, request) => {
      response.writeHead(200, { "content-length": 10 });
      if (request.method === "HEAD") response.end();
      else response.write("bytes", () => response.socket?.end());
    },
  ],
]);

/** The port is one of those that the reference may import from. */
export async function startImportSource(port = 8098): Promise<ImportSource> {
  const held = new Map<string, (() => void)[]>();
  const released = new Set<string>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://source");
    const name = searchParams.get("at") ?? "";
    if (pathname !== "/held") return (answers.get(pathname) ?? failing(404))(response, request);
    const finish = () => whole(Buffer.from("bytes"))(response, request);
    if (request.method === "HEAD" || released.has(name)) return finish();
    return held.set(name, [...(held.get(name) ?? []), finish]);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    release: (name) => {
      released.add(name);
      for (const finish of held.get(name) ?? []) finish();
      held.delete(name);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
