import type { IncomingMessage } from "node:http";
import { BadRequest, GlanceError, HeaderTooLarge, NotImplemented } from "../errors.ts";

class VersionNotSupported extends GlanceError {
  readonly status = 505;
}

const hostForm = /^(?:(?:[\w.~-]|%[\da-f]{2})+|\[[\da-f:.]+\])?(?::\d{0,5})?$/i;

function hostFault({ headersDistinct, httpVersion }: IncomingMessage): GlanceError | undefined {
  const hosts = headersDistinct.host ?? [];
  // RFC 9112, 3.2: whoever stands before us may have looked at another one of them.
  if (hosts.length > 1) return new BadRequest("The request has several Host headers.");
  if (hosts.length === 0)
    return httpVersion === "1.0" ? undefined : new BadRequest("The request has no Host header.");
  return hostForm.test(hosts[0] ?? "") ? undefined : new BadRequest("The Host header is no name of a host.");
}

function codingFault({ headers, httpVersion }: IncomingMessage): GlanceError | undefined {
  const coding = headers["transfer-encoding"];
  if (coding === undefined) return undefined;
  // RFC 9112, 6.1: HTTP/1.0 knows no transfer codings, so the framing is faulty.
  if (httpVersion === "1.0") return new BadRequest("HTTP/1.0 has no Transfer-Encoding: send Content-Length.");
  // Nothing but this one word: what others on the way make of `, chunked` or of two codings is anybody's guess.
  if (coding.trim().toLowerCase() === "chunked") return undefined;
  // RFC 9112, 6.1. Taken as they came, the coded bytes would be stored for the image.
  return new NotImplemented(`Transfer-Encoding: ${coding} is not supported, chunked alone is.`);
}

/**
 * What is wrong with a request as HTTP, beyond what the parser refuses: its version, its Host, a transfer coding that is
 * not undone here, more than `maxHeaders` headers. The connection is not to be used again then.
 */
export function formFault(request: IncomingMessage, maxHeaders: number): GlanceError | undefined {
  if (request.httpVersionMajor !== 1)
    return new VersionNotSupported(`HTTP/${request.httpVersion} is not spoken here, HTTP/1.1 is.`);
  if (request.rawHeaders.length > 2 * maxHeaders)
    return new HeaderTooLarge(`The request has more than ${maxHeaders} headers.`);
  return hostFault(request) ?? codingFault(request);
}
