import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Source {
  /** Of the data, at this machine. */
  readonly url: string;
  /** What it was asked with. */
  readonly asked: IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** Another host with data at a URL: it tells its length, takes ranges, and remembers what it was asked with. */
export async function startSource(data: Buffer): Promise<Source> {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    if (!request.url?.startsWith("/data")) return response.writeHead(404).end();
    const start = Number(from ?? 0);
    const end = to ? Math.min(Number(to), data.length - 1) : data.length - 1;
    const part = data.subarray(start, end + 1);
    const head = { "content-length": part.length, etag: '"one"', "accept-ranges": "bytes" };
    if (from === undefined) response.writeHead(200, head);
    else response.writeHead(206, { ...head, "content-range": `bytes ${start}-${end}/${data.length}` });
    return response.end(request.method === "HEAD" ? undefined : part);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/data`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
