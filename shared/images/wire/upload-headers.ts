import { BadRequest, UnsupportedMediaType } from "../../errors.ts";
import type { ApiRequest } from "../../http/api-request.ts";

/** Refuses anything but application/octet-stream, parameters ignored. */
export function requireOctetStream(contentType: string | undefined): void {
  if (contentType?.split(";")[0]?.trim().toLowerCase() !== "application/octet-stream") {
    throw new UnsupportedMediaType("Image data needs the Content-Type application/octet-stream.");
  }
}

/** The announced size of X-OpenStack-Image-Size; undefined without the header. */
export function announcedSize(headers: ApiRequest["headers"]): number | undefined {
  const text = headers.get("x-openstack-image-size");
  if (text === undefined) return undefined;
  const size = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(size))
    throw new BadRequest(`X-OpenStack-Image-Size is no size in bytes: ${text}`);
  return size;
}

/** The store that the caller names in X-Image-Meta-Store; an empty name is a name that no store has. */
export const wantedStoreOf = (headers: ApiRequest["headers"]): string | undefined =>
  headers.get("x-image-meta-store");

/** Refuses a body that is not as long as it was announced: clients take the answer to a shortened repeat for a success. */
export function checkReceived(headers: ApiRequest["headers"], received: number): void {
  const announced = announcedSize(headers);
  if (announced !== undefined && announced !== received) {
    throw new BadRequest(
      `${announced} bytes were announced, but ${received} received. Upload the whole file again.`,
    );
  }
}

/**
 * Whether the client itself says that its image is empty. Content-Length cannot say it: a REST API hands no such header
 * to a function with a binary body (aws-lambda-dotnet PR 1929).
 */
export const announcesNothing = (headers: ApiRequest["headers"]): boolean => announcedSize(headers) === 0;
