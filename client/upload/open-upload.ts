import { ownValue } from "../../shared/domain/own-value.ts";
import { LEASE_SECONDS } from "../limits.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import { Advised } from "../terminal/exit-codes.ts";
import { ExchangeFailed } from "../transfer/exchange-failed.ts";
import { jitterMs, pause } from "../transfer/retry.ts";
import type { OpenedTransfer } from "../transfer/transfer-answers.ts";
import { ApiRefused, type TransferApi } from "../transfer/transfer-api.ts";

export interface NewUpload {
  /** An image that exists, instead of a new one. */
  readonly id: string | undefined;
  /** Of a new image; of an existing one only the formats, where it has none. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Bytes; null when unknown. */
  readonly size: number | null;
  readonly stage: boolean;
}

const TRIES = 6;
const pauses = { attempts: TRIES, baseMs: 500, capMs: 8000 };

/** No answer, or one that does not say whether something was done. */
const isUncertain = (error: unknown): boolean =>
  error instanceof ExchangeFailed || (error instanceof ApiRefused && error.status >= 500);

async function withFormats(images: ImageService, image: Image, { attributes }: NewUpload): Promise<void> {
  const patch = ["disk_format", "container_format"]
    .filter((name) => ownValue(image, name) === null && ownValue(attributes, name) !== undefined)
    .map((name) => ({ op: "replace" as const, path: `/${name}`, value: ownValue(attributes, name) }));
  if (patch.length > 0) await images.update(image.id, patch);
}

/**
 * Makes the image, or takes the one that is given, and opens a transfer for it. Opening is not repeatable: when its
 * answer is lost, a new image is made instead of ours; one that the user named is opened again only if it is still
 * queued. Throws Advised, ApiRefused, ExchangeFailed or the signal's reason.
 */
export async function openUpload(
  images: ImageService,
  transfers: TransferApi,
  request: NewUpload,
  signal: AbortSignal,
): Promise<{ readonly imageId: string; readonly opened: OpenedTransfer }> {
  const { id, attributes, size, stage } = request;
  let image = id === undefined ? await images.create(attributes) : await images.show(id);
  if (id !== undefined) await withFormats(images, image, request);
  for (let attempt = 0; ; attempt++) {
    try {
      const opened = await images.session.withToken((token) =>
        // Not ended by Ctrl-C: a transfer whose id never arrived could not be aborted.
        transfers.open(image.id, token, size, LEASE_SECONDS, undefined, { stage }),
      );
      return { imageId: image.id, opened };
    } catch (error) {
      if (!isUncertain(error) || attempt + 1 >= TRIES) throw await afterRefusal(error, images, image, id);
      await pause(jitterMs(pauses, attempt), signal);
      const { status } = await images.show(image.id);
      if (status === "queued") continue;
      if (id !== undefined) throw lostAnswer(error, id);
      await images.delete(image.id);
      image = await images.create(attributes);
    }
  }
}

const lostAnswer = (error: unknown, id: string) =>
  new Advised(
    error,
    `The upload may have been opened all the same; image ${id} is taken until its lease ends (a day at most): wait, or use another image.`,
  );

/** An image that we made for an upload that never began is of no use to anybody. */
async function afterRefusal(error: unknown, images: ImageService, image: Image, id: string | undefined) {
  if (id !== undefined) return error;
  return images.delete(image.id).then(
    () => error,
    () =>
      new Advised(error, `The new image ${image.id} could not be deleted: imagectl image delete ${image.id}`),
  );
}
