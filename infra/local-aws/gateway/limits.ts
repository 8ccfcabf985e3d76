import type { IncomingMessage } from "node:http";

/** API Gateway quotas for REST APIs. */
const maxBodyBytes = 10 * 1024 * 1024;
/** Request line and headers together. */
export const maxHeaderBytes = 10_240;

/** How much of a refused body is read, so that the client gets to see the answer before the connection ends. */
const drainBytes = 64 * 1024 * 1024;
const drainMilliseconds = 10_000;

/** The body, or undefined as soon as it is known to be over the limit. Rejects when the client goes away. */
export async function readBoundedBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= maxBodyBytes) return;
      request.off("data", onData);
      request.pause();
      resolve(undefined);
    };
    request.on("data", onData);
    request.once("end", () => resolve(Buffer.concat(chunks, bytes)));
    request.once("close", () => reject(new Error("the client has gone")));
    request.once("error", reject);
  });
}

/** Reads and forgets the rest of a refused body. Resolves at its end, or when a bound in bytes or time is reached. */
export function drain(request: IncomingMessage): Promise<void> {
  let bytes = 0;
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, drainMilliseconds);
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > drainBytes) done();
    });
    request.once("end", done);
    request.once("close", done);
    request.resume();
  });
}

export const headerBytes = ({ method, url, rawHeaders }: IncomingMessage): number =>
  `${method} ${url} HTTP/1.1\r\n`.length +
  // Each name and value brings two characters of punctuation: ": " and the line's end.
  rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text) + 2, 0);
