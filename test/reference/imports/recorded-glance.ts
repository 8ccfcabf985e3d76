import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** Another Glance, which answers as the real one does, but has its data at a host of its own. */
export interface RecordedGlance {
  readonly url: string;
  readonly port: number;
  readonly storePort: number;
  /** What the host of the data was asked. */
  readonly storeAsked: readonly IncomingMessage[];
  /** What the Glance was asked. */
  readonly asked: readonly IncomingMessage[];
  /** Of the data, from now on. */
  serve(data: Buffer): void;
  close(): Promise<void>;
}

async function listening(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { port, close };
}

/** Documents come from the real Glance at `glanceUrl`, with the token that was sent; downloads are redirected. */
export async function startRecordedGlance(glanceUrl: string): Promise<RecordedGlance> {
  const storeAsked: IncomingMessage[] = [];
  const asked: IncomingMessage[] = [];
  let served: Buffer = Buffer.alloc(0);
  const store = await listening((request, response) => {
    storeAsked.push(request);
    const [, from = "0", to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const last = Math.min(Number(to ?? served.length), served.length - 1);
    const range = { "Content-Range": `bytes ${from}-${last}/${served.length}` };
    response.writeHead(to === undefined ? 200 : 206, to === undefined ? {} : range);
    response.end(served.subarray(Number(from), last + 1));
  });
  const glance = await listening(async (request, response) => {
    asked.push(request);
    if (request.url?.endsWith("/file"))
      return response.writeHead(302, { Location: `http://127.0.0.1:${store.port}/data` }).end();
    const headers = { "X-Auth-Token": String(request.headers["x-auth-token"] ?? "") };
    const answer = await fetch(`${glanceUrl}${request.url}`, { headers });
    response.writeHead(answer.status, { "Content-Type": "application/json" });
    return response.end(Buffer.from(await answer.arrayBuffer()));
  });
  return {
    ...{ url: `http://127.0.0.1:${glance.port}`, port: glance.port, storePort: store.port },
    ...{ storeAsked, asked },
    serve: (data) => {
      served = data;
    },
    close: async () => {
      await glance.close();
      await store.close();
    },
  };
}
