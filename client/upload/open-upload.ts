import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { ownValue } from "../../shared/own-value.ts";
import { commandLine } from "../command-line/command-line.ts";
import { Advised } from "../command-line/failures.ts";
import { LEASE_SECONDS } from "../limits.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import { jitterMs, pause } from "../protocol/retry.ts";
import type { OpenedTransfer } from "../protocol/transfer-answers.ts";
import { ExchangeFailed } from "../transfer/exchange-failed.ts";
import { ApiRefused, type TransferApi } from "../transfer/transfer-api.ts";
import { attributePatch } from "./attribute-patch.ts";

export interface NewUpload {
  /** Id or name of an image that exists, instead of a new one. */
  readonly id: string | undefined;
  /** What the user said of the image: set on an existing one, too. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** For an image that has no formats, and of which the user said none. */
  readonly formats: { readonly disk_format: string; readonly container_format: string };
  /** Bytes; null when unknown. */
  readonly size: number | null;
  readonly stage: boolean;
  /** The store that the data goes to; undefined: the service's default one. */
  readonly store: string | undefined;
  /** What its signature will be like, which the image gets when all is sent; undefined: it is not signed. */
  readonly signatureFollows?: Readonly<Record<string, string>> | undefined;
}

const TRIES = 6;
const pauses = { attempts: TRIES, baseMs: 500, capMs: 8000 };

/** No answer, or one that does not say whether something was done. */
const isUncertain = (error: unknown): boolean =>
  error instanceof ExchangeFailed || (error instanceof ApiRefused && error.status >= 500);

const surelyDidNothing = (error: unknown): boolean =>
  error instanceof ExchangeFailed
    ? error.kind === "refused"
    : error instanceof ApiRefused && error.status < 500;

/** The image that the user named, made what the command line says of it. */
async function named(images: ImageService, idOrName: string, request: NewUpload): Promise<string> {
  const image: Image = await images.find(idOrName);
  const missing = Object.entries(request.formats).filter(([name]) => ownValue(image, name) === null);
  const wanted = { ...Object.fromEntries(missing), ...request.attributes };
  const changed = Object.entries(wanted).filter(
    ([name, value]) => !isDeepStrictEqual(ownValue(image, name), value),
  );
  if (changed.length > 0) await images.update(image.id, attributePatch(Object.fromEntries(changed)));
  return image.id;
}

const lostAnswer = (error: unknown, id: string) =>
  new Advised(
    error,
    `The upload may have been opened all the same; image ${id} is taken until its lease ends (a day at most): wait, or use another image.`,
  );

/** The error of a command that gives up the image it made, once that is deleted; or the error with what is left. */
export const givenUp = (error: unknown, images: ImageService, imageId: string): Promise<unknown> =>
  images.cleanUp(imageId).then(
    () => error,
    () =>
      new Advised(
        error,
        `The new image ${imageId} could not be deleted: ${commandLine("image", "delete", imageId)}`,
      ),
  );

/**
 * Makes the image, or takes the one that is given, and opens a transfer for it. Opening is not repeatable: when its
 * answer is lost, a new image is made instead of ours; one that the user named is opened again only if it is still
 * queued. Whatever ends it, Ctrl-C too, no image that it made is left. Throws Advised, ApiRefused, ExchangeFailed or
 * the signal's reason.
 */
export async function openUpload(
  images: ImageService,
  transfers: TransferApi,
  request: NewUpload,
  signal: AbortSignal,
): Promise<{ readonly imageId: string; readonly opened: OpenedTransfer }> {
  const { id, attributes, formats, size, stage, store, signatureFollows } = request;
  let made: string | undefined;

  async function make(): Promise<string> {
    const newId = randomUUID();
    made = newId;
    await images.create(newId, { ...formats, ...attributes }).catch((error: unknown) => {
      if (surelyDidNothing(error)) made = undefined;
      throw error;
    });
    signal.throwIfAborted();
    return newId;
  }

  try {
    let imageId = id === undefined ? await make() : await named(images, id, request);
    for (let attempt = 0; ; attempt++) {
      try {
        const opened = await images.session.withToken((token) =>
          // Not ended by Ctrl-C: a transfer whose id never arrived could not be aborted.
          transfers.open(imageId, token, size, LEASE_SECONDS, undefined, { stage, store, signatureFollows }),
        );
        return { imageId, opened };
      } catch (error) {
        if (!isUncertain(error) || attempt + 1 >= TRIES) throw error;
        await pause(jitterMs(pauses, attempt), signal);
        const { status } = await images.show(imageId);
        if (status === "queued") continue;
        if (id !== undefined) throw lostAnswer(error, imageId);
        await images.delete(imageId);
        imageId = await make();
      }
    }
  } catch (error) {
    // An image that we made for an upload that never began is of no use to anybody.
    throw made === undefined ? error : await givenUp(error, images, made);
  }
}
