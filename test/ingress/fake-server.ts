import type http from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer that takes the place of the real one; "cut" destroys the connection. */
export type Fault = { status: number; body?: string; headers?: Record<string, string> } | "cut" | undefined;

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Listens on a free port of 127.0.0.1 and returns it. */
export const listen = (server: http.Server) =>
  new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );
