import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Source {
  /** Of the data, at this machine. */
  readonly url: string;
  /** What it was asked with. */
  readonly asked: IncomingHttpHeaders[];
  /** Bytes of the data that it has sent, but to who had gone. */
  given(): number;
  /** Holds back all bytes from this place on, until the function that it returns is called. */
  holdBack(from: number): () => void;
  /** Gives other data of the same length from now on. */
  change(data: Buffer): void;
  close(): Promise<void>;
}

/** Another host with data at a URL: it tells its length, takes ranges, and remembers what it was asked with. */
export async function startSource(first: Buffer): Promise<Source> {
  let data = first;
  let given = 0;
  let held = { from: Number.POSITIVE_INFINITY, over: Promise.resolve() };
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response): void => {
    asked.push(request.headers);
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    if (!request.url?.startsWith("/data")) return void response.writeHead(404).end();
    const start = Number(from ?? 0);
    const end = to ? Math.min(Number(to), data.length - 1) : data.length - 1;
    const part = data.subarray(start, end + 1);
    const head = { "content-length": part.length, etag: '"one"', "accept-ranges": "bytes" };
    if (from === undefined) response.writeHead(200, head);
    else response.writeHead(206, { ...head, "content-range": `bytes ${start}-${end}/${data.length}` });
    if (request.method === "HEAD") return void response.end();
    const free = Math.max(0, held.from - start);
    const give = (bytes: Buffer) => {
      if (response.destroyed) return;
      given += bytes.length;
      response.write(bytes);
    };
    give(part.subarray(0, free));
    void held.over.then(() => {
      give(part.subarray(free));
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/data`,
    asked,
    given: () => given,
    holdBack: (from) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = { from, over: promise };
      return () => {
        held = { from: Number.POSITIVE_INFINITY, over: Promise.resolve() };
        resolve();
      };
    },
    change: (other) => {
      data = other;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
