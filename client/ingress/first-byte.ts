import { BadRequest } from "../../shared/errors.ts";
import { sendContinue } from "./client-exchange.ts";
import type { Limits } from "./limits.ts";
import { assertCanStream } from "./part-sizes.ts";
import { bodyBegins } from "./request-body.ts";
import type { Upload } from "./upload.ts";

/** Waits for the first byte, which a client in earnest sends at once. False: the body is empty. */
export function dataComes({ exchange, stop }: Upload, { firstByteMs }: Limits): Promise<boolean> {
  sendContinue(exchange);
  return bodyBegins(exchange.request, firstByteMs, stop.signal);
}

/**
 * The size to open a transfer with. Of a chunked body its first byte is awaited before: only it tells whether there is
 * an image, or nothing, which the API judges.
 */
export async function sizeToOpen(
  upload: Upload,
  limits: Limits,
): Promise<{ size: number | null; announced: boolean }> {
  const { size, isEmpty } = upload.announced;
  assertCanStream(size);
  const isChunked = upload.exchange.request.headers["transfer-encoding"] !== undefined;
  if (!isChunked) return { size, announced: isEmpty || size !== 0 };
  if (await dataComes(upload, limits)) return { size, announced: true };
  if (size !== null && size > 0)
    throw new BadRequest(`${size} bytes were announced, but none came. Upload the whole file again.`);
  return { size: 0, announced: size === 0 };
}
