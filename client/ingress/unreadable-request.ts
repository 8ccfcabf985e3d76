import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { glanceFault } from "../../shared/http/fault.ts";
import { ownValue } from "../../shared/own-value.ts";
import { Refusal } from "./refusal.ts";

/** Answers on a connection that has no request to answer, if nothing was sent on it yet, and closes it. */
export function answerRaw(socket: Socket, status: number, message: string): void {
  if (!socket.writable || socket.bytesWritten > 0) {
    // What was written may be the answer to this very request, which the parser has given up after its head.
    socket.destroySoon();
    return;
  }
  const body = String(glanceFault(new Refusal(status, message), { headers: new Map(), publicUrl: "" }).body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: text/html; charset=UTF-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-openstack-request-id: req-${randomUUID()}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

/** By the codes of llhttp and Node. */
const refusals: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "The request's head is larger than 16 KiB."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "The extensions of a chunk are too long."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request's head did not come in time."],
};

interface ParseError extends NodeJS.ErrnoException {
  /** llhttp's own words. */
  readonly reason?: string;
}

/** Answers what the HTTP parser could not read. */
export function answerUnreadable({ code = "", reason = "" }: ParseError, socket: Socket): void {
  const [status, message] = ownValue(refusals, code) ?? [400, "The request cannot be read as HTTP/1.1."];
  // It has one code for a coding it does not know and for one beside a Content-Length.
  if (code === "HPE_INVALID_TRANSFER_ENCODING" && !/content-length/i.test(reason))
    answerRaw(socket, 501, "This Transfer-Encoding is not supported, chunked alone is.");
  else answerRaw(socket, status, message);
}
