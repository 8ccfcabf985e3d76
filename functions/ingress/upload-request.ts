import type { IncomingHttpHeaders } from "node:http";
import { BadRequest, TooLarge, Unauthorized, UnsupportedMediaType } from "../../shared/errors.ts";

/** What a PUT with image data says of itself before its body. */
export interface UploadRequest {
  readonly token: string;
  /** Bytes the client has announced in Content-Length or X-OpenStack-Image-Size; null when unknown. */
  readonly size: number | null;
  /** `Content-Length: 0` is there: the image is empty on purpose (nova's volume-backed snapshots). */
  readonly isEmpty: boolean;
}

const SIZE_HEADER = "x-openstack-image-size";

function sizeOf(headers: IncomingHttpHeaders, name: string): number | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  if (typeof text !== "string" || !/^\d+$/.test(text.trim())) {
    throw new BadRequest(`The header ${name} must be a whole number of bytes.`);
  }
  const size = Number(text);
  if (!Number.isSafeInteger(size)) throw new TooLarge(`No image can have ${text} bytes.`);
  return size;
}

/**
 * Reads the headers of a PUT with image data. Throws what Glance answers: 401 without a token, 415 for another
 * Content-Type, 400 for sizes that are no numbers or contradict each other, or a body that is plainly missing.
 */
export function readUploadRequest(headers: IncomingHttpHeaders): UploadRequest {
  const token = headers["x-auth-token"];
  if (typeof token !== "string" || token === "") throw new Unauthorized();

  const mediaType = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType !== "application/octet-stream") {
    throw new UnsupportedMediaType("Image data must have the Content-Type application/octet-stream.");
  }

  const length = sizeOf(headers, "content-length");
  const stated = sizeOf(headers, SIZE_HEADER);
  const isChunked = headers["transfer-encoding"] !== undefined;
  if (length === undefined && !isChunked) throw emptyBody();
  if (length !== undefined && stated !== undefined && length !== stated) {
    throw new BadRequest(`Content-Length says ${length} bytes, ${SIZE_HEADER} ${stated}.`);
  }
  return { token, size: length ?? stated ?? null, isEmpty: length === 0 };
}

/**
 * Clients repeat a failed PUT with a consumed file, that is without a body, and take success for a whole image
 * (clients sheet, section 6): nothing but an explicit Content-Length: 0 makes an empty image.
 */
export const emptyBody = () =>
  new BadRequest("The request has no image data. To make an empty image, send Content-Length: 0.");
