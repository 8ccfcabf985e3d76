import { request } from "node:http";
import { Readable } from "node:stream";
import { bytesOf, type Content } from "./content.ts";
import type { Answer } from "./person.ts";

export interface PutOptions {
  readonly token: string;
  readonly chunked: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** The client is killed after so many bytes. */
  readonly killedAt?: number;
}

/** A PUT of a stream, with its length or in chunks. Never throws. */
export function streamPut(url: string, content: Content, options: PutOptions): Promise<Answer> {
  return new Promise((resolve) => {
    const broken = (why: string) => resolve({ status: 0, text: why, headers: new Headers() });
    const put = request(url, {
      method: "PUT",
      agent: false,
      headers: {
        "Content-Type": "application/octet-stream",
        "X-Auth-Token": options.token,
        ...(options.chunked ? { "Transfer-Encoding": "chunked" } : { "Content-Length": content.size }),
        ...options.headers,
      },
    });
    put.setTimeout(120_000, () => put.destroy(new Error("nothing came for two minutes")));
    put.on("response", async (response) => {
      let text = "";
      try {
        for await (const chunk of response) text += chunk;
      } catch (error) {
        return broken(String(error));
      }
      resolve({ status: response.statusCode ?? 0, text, headers: new Headers() });
    });
    put.on("error", (error) => broken(String(error)));
    const body = Readable.from(killable(content, options.killedAt, () => put.destroy(new Error("killed"))));
    put.on("close", () => body.destroy());
    body.pipe(put);
  });
}

function* killable(content: Content, killedAt: number | undefined, kill: () => void): Generator<Buffer> {
  let sent = 0;
  for (const chunk of bytesOf(content)) {
    if (killedAt !== undefined && sent >= killedAt) return kill();
    sent += chunk.length;
    yield chunk;
  }
}
