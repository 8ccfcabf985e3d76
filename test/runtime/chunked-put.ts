import { request } from "node:http";
import { Readable } from "node:stream";

/** A PUT of image data in chunks of unknown total length, as glance, nova and pipes send it. Returns the status. */
export function chunkedPut(
  url: string,
  token: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const put = request(url, {
      method: "PUT",
      headers: {
        "Content-Type": "application/octet-stream",
        "X-Auth-Token": token,
        "Transfer-Encoding": "chunked",
        ...headers,
      },
    });
    put.on("response", (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    put.on("error", reject);
    const body = Readable.from(chunks, { objectMode: false });
    body.on("error", (error) => put.destroy(error));
    body.pipe(put);
  });
}
