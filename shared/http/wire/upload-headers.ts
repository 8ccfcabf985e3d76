import { BadRequest, UnsupportedMediaType } from "../../errors.ts";
import type { ApiRequest } from "../api-request.ts";

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

/**
 * Refuses bodies that are not what the client meant to send: clients repeat a failed PUT with an empty or
 * shortened body and take the answer for a success (clients sheet, section 6). Zero bytes are taken only where
 * `X-OpenStack-Image-Size: 0` says so, which no accidental repetition does. Content-Length cannot say it: a REST API
 * hands no such header to a function with a binary body (aws-lambda-dotnet PR 1929).
 */
export function checkReceived(headers: ApiRequest["headers"], received: number): void {
  const announced = announcedSize(headers);
  if (announced !== undefined && announced !== received) {
    throw new BadRequest(
      `${announced} bytes were announced, but ${received} received. Upload the whole file again.`,
    );
  }
  if (received === 0 && announced === undefined) {
    throw new BadRequest(
      "No image data was received. A repeated request without its body looks like this: upload the file again. " +
        "For an image that is empty on purpose send X-OpenStack-Image-Size: 0.",
    );
  }
}
