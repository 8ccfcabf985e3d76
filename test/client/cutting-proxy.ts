import http from "node:http";
import type { AddressInfo } from "node:net";

export interface CuttingProxy {
  readonly url: string;
  readonly cuts: number;
  close(): void;
}

/**
 * Forwards to `target` and breaks every `every`-th request: by turns before its answer and in the middle of its body.
 * `rewrite` changes answers, e.g. so that addresses in them lead through another proxy.
 */
export async function startCuttingProxy(
  target: string,
  every: number,
  rewrite: (body: string) => string = (body) => body,
): Promise<CuttingProxy> {
  let [requests, cuts] = [0, 0];
  const { host } = new URL(target);
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    requests += 1;
    const isCut = requests % every === 0;
    if (isCut) {
      cuts += 1;
      if (cuts % 2 === 1 && Number(request.headers["content-length"]) > 1_000_000) {
        request.once("data", () => request.socket.destroy());
        return;
      }
    }
    // The signature covers the host that the address was made for.
    const headers = { ...request.headers, host };
    const forwarded = http.request(`${target}${request.url}`, { method: request.method, headers, agent });
    forwarded.on("error", () => response.destroy());
    request.on("error", () => forwarded.destroy());
    forwarded.on("response", (answer) => {
      if (isCut) {
        answer.resume();
        request.socket.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const body = Buffer.concat(chunks);
        const isJson = answer.headers["content-type"]?.includes("json") === true;
        const sent = isJson ? Buffer.from(rewrite(body.toString("utf8"))) : body;
        const { "transfer-encoding": _, ...rest } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, { ...rest, "content-length": sent.length }).end(sent);
      });
    });
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cuts() {
      return cuts;
    },
    close: () => {
      server.close().closeAllConnections();
      agent.destroy();
    },
  };
}
