import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { bundleUploader } from "../../client/browser/bundle.ts";

export interface PageServer {
  /** Origin of the demo page, another one than the API's. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves the demo page and the uploader's bundle, and nothing else. */
export async function servePage(): Promise<PageServer> {
  const page = await readFile(new URL("../../client/browser/demo.html", import.meta.url));
  const module = await bundleUploader();
  const server = createServer(({ url }, response) => {
    if (url === "/") response.setHeader("Content-Type", "text/html; charset=utf-8").end(page);
    else if (url === "/upload-image.js") response.setHeader("Content-Type", "text/javascript").end(module);
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
