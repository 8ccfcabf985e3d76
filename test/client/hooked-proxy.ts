import http from "node:http";
import type { AddressInfo } from "node:net";

export interface HookedProxy {
  readonly url: string;
  /** Called with each request before it goes on; an answer is given instead of the service's. */
  hook: (method: string, path: string) => { readonly status: number } | undefined;
  close(): void;
}

/** Forwards everything to `target`, and lets a test look at, or answer, each request first. */
export async function startHookedProxy(target: string): Promise<HookedProxy> {
  const server = http.createServer((request, response) => {
    const answer = proxy.hook(request.method ?? "", request.url ?? "");
    if (answer) {
      request.resume().on("end", () => response.writeHead(answer.status).end());
      return;
    }
    const { host: _, ...headers } = request.headers;
    const forwarded = http.request(`${target}${request.url}`, { method: request.method, headers });
    // A client that is gone does not end what the service has begun: neither does API Gateway.
    forwarded.on("error", () => response.destroy());
    forwarded.on("response", (given) => {
      response.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(response);
    });
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: HookedProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hook: () => undefined,
    close: () => server.close().closeAllConnections(),
  };
  return proxy;
}
