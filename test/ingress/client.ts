import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import net from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface Result {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Request {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** A Buffer goes with Content-Length, anything else chunked. */
  readonly body?: Buffer | Iterable<Buffer> | AsyncIterable<Buffer>;
  readonly path: string;
  readonly agent?: http.Agent;
}

/** One request on a connection of its own. */
export function ask(
  base: string,
  { path, method = "GET", headers = {}, body, agent }: Request,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    const length =
      body === undefined
        ? {}
        : Buffer.isBuffer(body)
          ? { "content-length": body.length }
          : { "transfer-encoding": "chunked" };
    const options = {
      hostname,
      port,
      path,
      method,
      headers: { ...length, ...headers },
      agent: agent ?? false,
    };
    const request = http.request(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on("error", reject);
    if (body === undefined || Buffer.isBuffer(body)) request.end(body);
    else pipeline(Readable.from(body), request).catch(reject);
  });
}

export const dataHeaders = { "x-auth-token": "user-token", "content-type": "application/octet-stream" };

/** A PUT with image data as clients send it. */
export const put = (
  base: string,
  imageId: string,
  body: Request["body"],
  headers: OutgoingHttpHeaders = {},
) =>
  ask(base, {
    method: "PUT",
    path: `/v2/images/${imageId}/file`,
    headers: { ...dataHeaders, ...headers },
    ...(body === undefined ? {} : { body }),
  });

export interface RawConnection {
  readonly socket: net.Socket;
  /** All that came until `text` is in it, or until the end. */
  until(text: string): Promise<string>;
}

/** A connection that sends exactly these bytes. */
export function raw(base: string, ...lines: string[]): RawConnection {
  const { hostname, port } = new URL(base);
  const socket = net.connect(Number(port), hostname);
  let seen = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    seen += chunk.toString("latin1");
  });
  if (lines.length > 0) socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return {
    socket,
    until: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (seen.includes(text) || socket.destroyed || socket.readableEnded) resolve(seen);
        };
        socket.on("data", look);
        socket.on("close", look);
        socket.on("end", look);
        look();
      }),
  };
}

export const putHead = (imageId: string, ...headers: string[]) => [
  `PUT /v2/images/${imageId}/file HTTP/1.1`,
  "Host: ingress.test",
  "X-Auth-Token: user-token",
  "Content-Type: application/octet-stream",
  ...headers,
];

/** Resolves when `condition` holds; fails after ten seconds, which a busy machine may need. */
export async function eventually(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`never: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
