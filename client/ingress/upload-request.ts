import type { IncomingHttpHeaders } from "node:http";
import { BadRequest, TooLarge, UnsupportedMediaType } from "../../shared/errors.ts";
import { bearerToken } from "../../shared/http/bearer-token.ts";
import { ownValue } from "../../shared/own-value.ts";

/** What a PUT with image data says of itself before its body. */
export interface UploadRequest {
  /** Of X-Auth-Token, else of `Authorization: Bearer`; empty when there is none. */
  readonly token: string;
  /** Of X-Service-Token. */
  readonly serviceToken: string | undefined;
  /** Of X-Image-Meta-Store: the store that the image is to go to. */
  readonly store: string | undefined;
  /** Bytes the client has announced in Content-Length or X-OpenStack-Image-Size; null when unknown. */
  readonly size: number | null;
  /** `Content-Length: 0` is there: the image is empty on purpose (nova's volume-backed snapshots). */
  readonly isEmpty: boolean;
}

const SIZE_HEADER = "x-openstack-image-size";

function sizeOf(headers: IncomingHttpHeaders, name: string): number | undefined {
  const text = ownValue(headers, name);
  if (text === undefined) return undefined;
  if (typeof text !== "string" || !/^\d+$/.test(text.trim())) {
    throw new BadRequest(`The header ${name} must be a whole number of bytes.`);
  }
  const size = Number(text);
  if (!Number.isSafeInteger(size)) throw new TooLarge(`No image can have ${text} bytes.`);
  return size;
}

const textOf = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = ownValue(headers, name);
  return typeof value === "string" && value !== "" ? value : undefined;
};

/**
 * Reads the headers of a PUT with image data. Throws what Glance answers: 415 for another Content-Type, 400 for sizes
 * that are no numbers or contradict each other. Without a token nothing else is judged: opening a transfer is then refused
 * by the API, which knows where to log in.
 */
export function readUploadRequest(headers: IncomingHttpHeaders): UploadRequest {
  const token = textOf(headers, "x-auth-token") ?? bearerToken(textOf(headers, "authorization"));
  const serviceToken = textOf(headers, "x-service-token");
  const named = ownValue(headers, "x-image-meta-store");
  const store = typeof named === "string" ? named : undefined;
  if (token === undefined) return { token: "", serviceToken, store, size: null, isEmpty: true };

  const mediaType = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType !== "application/octet-stream") {
    throw new UnsupportedMediaType("Image data must have the Content-Type application/octet-stream.");
  }

  const length = sizeOf(headers, "content-length");
  const stated = sizeOf(headers, SIZE_HEADER);
  // RFC 9112, 6.3: a request with neither header has no body.
  const framed = headers["transfer-encoding"] === undefined ? (length ?? 0) : undefined;
  if (framed !== undefined && stated !== undefined && framed !== stated) {
    throw new BadRequest(`The body has ${framed} bytes, but ${SIZE_HEADER} says ${stated}.`);
  }
  return { token, serviceToken, store, size: framed ?? stated ?? null, isEmpty: length === 0 };
}
