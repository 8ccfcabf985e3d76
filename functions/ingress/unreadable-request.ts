import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ownValue } from "../../shared/domain/own-value.ts";
import { glanceFault } from "../../shared/http/fault.ts";
import { Refusal } from "./refusal.ts";

const statuses: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** Answers what the HTTP parser could not read, if nothing was sent on this connection yet, and closes it. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const status = ownValue(statuses, error.code ?? "") ?? 400;
  const refusal = new Refusal(status, "The request cannot be read as HTTP/1.1, or its head is too large.");
  const body = String(glanceFault(refusal, { headers: new Map(), publicUrl: "" }).body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: text/html; charset=UTF-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-openstack-request-id: req-${randomUUID()}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
