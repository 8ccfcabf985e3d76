import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { bytesOf, type Content, contentOf } from "./content.ts";

/** Another host that has every content at a URL; now and then it breaks off. */
export class Source {
  /** Breaks off every so many-th answer in its middle; 0: none. */
  breaksEach = 0;
  #asked = 0;

  readonly #server: ReturnType<typeof createServer>;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
  }

  static async start(): Promise<Source> {
    const server = createServer();
    const source = new Source(server);
    server.on("request", (request, response) => {
      const content = contentOf((request.url ?? "").slice(1).replace("/", ":"));
      const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
      const from = Number(first ?? 0);
      const to = Math.min(content.size, last ? Number(last) + 1 : content.size);
      response.writeHead(first === undefined ? 200 : 206, {
        ...{ "content-length": Math.max(0, to - from), etag: `"${content.seed}"`, "accept-ranges": "bytes" },
        ...(first !== undefined && { "content-range": `bytes ${from}-${to - 1}/${content.size}` }),
      });
      if (request.method === "HEAD") return void response.end();
      const breaks = source.breaksEach > 0 && ++source.#asked % source.breaksEach === 0;
      const body = Readable.from(bytesOf(content, from, breaks ? from + Math.floor((to - from) / 2) : to));
      body.on("end", () => {
        if (breaks) response.destroy();
      });
      body.pipe(response, { end: !breaks });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return source;
  }

  urlOf({ seed, size }: Content): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${seed}/${size}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
