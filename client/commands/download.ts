import { once } from "node:events";
import { resolve } from "node:path";
import { bytesText, durationText } from "../command-line/amounts.ts";
import { commandLine } from "../command-line/command-line.ts";
import { Advised, DataMismatch, Interrupted, Resumable } from "../command-line/failures.ts";
import { assertRoom, destination } from "../download/destination.ts";
import { fillPartFile } from "../download/download-file.ts";
import { ImageData, PieceFailed } from "../download/image-data.ts";
import { ImageHash } from "../download/image-hashes.ts";
import { PartFile } from "../download/part-file.ts";
import { streamImage } from "../download/stream-image.ts";
import { alone, InUse } from "../machine/alone.ts";
import { type Image, ImageNotFound } from "../openstack/image-service.ts";
import { ExchangeFailed } from "../transfer/exchange-failed.ts";
import { isPassing } from "../transfer/transfer-api.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";
import { type SpeedOptions, speedOf } from "./speed.ts";

export interface DownloadOptions extends SpeedOptions {
  readonly force?: boolean;
  /** False for --no-space-check. */
  readonly spaceCheck?: boolean;
}

/** Pieces that a stream may be ahead of its reader: 64 MiB. */
export const STREAM_PARALLEL = 8;

/** The image and a reader of its data. Throws ImageNotFound when it has none yet. */
export async function openImageData(context: Context, idOrName: string, options: DownloadOptions) {
  const images = await context.service();
  const image = await images.find(idOrName);
  if (image.size === null || image.status === "queued" || image.status === "saving") {
    throw new ImageNotFound(`image ${idOrName} has no data (its status is ${image.status})`);
  }
  const speed = speedOf(options);
  const data = new ImageData(image, {
    images,
    storage: context.storage,
    rateLimit: speed.rateLimit,
    signal: context.signal,
    onRetry: () => speed.parallelism.failed(),
  });
  return { image, data, parallelism: speed.parallelism };
}

type Source = Awaited<ReturnType<typeof openImageData>>;

/** `imagectl download ID|NAME FILE|FOLDER|-`. */
export async function download(
  context: Context,
  idOrName: string,
  file: string,
  options: DownloadOptions,
): Promise<Result> {
  if (file === "-") return toStdout(context, await openImageData(context, idOrName, options));
  const pathFor = await destination(file, options.force === true);
  const source = await openImageData(context, idOrName, options);
  const path = await pathFor(source.image);
  if (options.spaceCheck !== false) await assertRoom(path, source.image);
  const onWait = () => context.note(`note: waiting for another imagectl that seems to write ${path}`);
  const words = ["download", idOrName, file, ...(options.force ? ["--force"] : [])];
  return alone(`${resolve(path)}.part`, context.signal, onWait, (signal) =>
    toFile(context, { ...source, signal }, path, commandLine(...words)),
  ).catch((error: unknown) => {
    throw error instanceof InUse
      ? new Advised(new Error(`${path}: ${error.message}`), "Let it end first.")
      : error;
  });
}

async function toFile(
  context: Context,
  { image, data, parallelism, signal }: Source & { readonly signal: AbortSignal },
  file: string,
  resume: string,
): Promise<Result> {
  const began = performance.now();
  for (let isAfresh = false; ; isAfresh = true) {
    const part = await PartFile.open(file, image, isAfresh);
    const wasBegun = part.done.size > 0;
    if (wasBegun)
      context.note(`note: going on with ${file}.part, ${part.done.size} of ${data.pieces} pieces are there`);
    const progress = context.progress("download", data.size);
    try {
      const job = { image, data, parallelism, progress, signal };
      const { fetchedBytes, ...hash } = await fillPartFile(part, job);
      await part.finish(file);
      if (hash.algorithm === null) context.note("note: the image's record has no hash to compare with");
      return downloaded(image, file, hash, fetchedBytes, (performance.now() - began) / 1000);
    } catch (error) {
      if (error instanceof DataMismatch) {
        await part.discard();
        // Pieces from an earlier run may have been damaged on this disk; fresh ones show who is right.
        if (wasBegun && !isAfresh) {
          context.note("note: what was there of an earlier download is damaged; beginning afresh");
          continue;
        }
        throw new Advised(error, `Nothing was written to ${file}.`);
      }
      await part.handle.close();
      const isResumable = error instanceof Interrupted || isPassing(error) || isBroken(error);
      throw isResumable ? new Resumable(error, resume) : error;
    } finally {
      progress.stop();
    }
  }
}

/** What passes, or what the user can mend: a full disk. */
const isBroken = (error: unknown) =>
  error instanceof ExchangeFailed ||
  (error instanceof PieceFailed && error.isTransient) ||
  (error instanceof Error && "code" in error && error.code === "ENOSPC");

async function toStdout(context: Context, { image, data }: Source): Promise<Result> {
  const began = performance.now();
  const hash = new ImageHash(image);
  const progress = context.progress("download", data.size);
  const { stdout } = process;
  const gone = once(stdout, "error").then(() => {
    throw new Error("whoever read standard output has closed it");
  });
  gone.catch(() => undefined);
  try {
    await streamImage(
      data,
      STREAM_PARALLEL,
      async (bytes, piece) => {
        const hashed = hash.update(bytes);
        if (!stdout.write(bytes)) await Promise.race([once(stdout, "drain"), gone]);
        await hashed;
        progress.moving(piece, bytes.length);
        progress.done(piece, bytes.length);
      },
      context.signal,
    );
    const compared = await hash.compare("what was written to standard output");
    return downloaded(image, "-", compared, data.size, (performance.now() - began) / 1000);
  } finally {
    progress.stop();
    hash.close();
  }
}

function downloaded(
  image: Image,
  file: string,
  hash: { readonly algorithm: string | null; readonly value: string },
  fetchedBytes: number,
  seconds: number,
): Result {
  const json = {
    image_id: image.id,
    file,
    size: image.size,
    verified_by: hash.algorithm,
    hash: hash.value,
    received_bytes: fetchedBytes,
    seconds,
  };
  const check = hash.algorithm === null ? "not verified" : `${hash.algorithm} verified`;
  const amount = `${bytesText(fetchedBytes)} in ${durationText(seconds)}`;
  return {
    json,
    text: `image ${image.id} is in ${file === "-" ? "standard output" : file} (${check}, ${amount})`,
  };
}
