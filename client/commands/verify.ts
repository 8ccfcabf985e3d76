import { once } from "node:events";
import { createReadStream } from "node:fs";
import { DataMismatch } from "../command-line/failures.ts";
import { ImageHash } from "../download/image-hashes.ts";
import { streamImage } from "../download/stream-image.ts";
import type { Context } from "./context.ts";
import { type DownloadOptions, openImageData, STREAM_PARALLEL } from "./download.ts";
import type { Result } from "./result.ts";

export interface VerifyOptions extends DownloadOptions {
  readonly image?: string;
}

const READ_BYTES = 4 * 1024 ** 2;

/** `imagectl verify FILE --image ID` or `imagectl verify ID`: a file, or what is stored, against the image's record. */
export async function verify(context: Context, subject: string, options: VerifyOptions): Promise<Result> {
  const { image, data } = await openImageData(context, options.image ?? subject, options);
  const hash = new ImageHash(image);
  const progress = context.progress("verify", data.size);
  const what = options.image === undefined ? `the stored data of ${image.id}` : subject;
  try {
    if (options.image === undefined) {
      const take = async (bytes: Buffer, piece: number) => {
        await hash.update(bytes);
        progress.moving(piece, bytes.length);
        progress.done(piece, bytes.length);
      };
      await streamImage(data, STREAM_PARALLEL, take, context.signal);
    } else {
      const stream = createReadStream(subject, { highWaterMark: READ_BYTES, signal: context.signal });
      await once(stream, "open");
      let bytes = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        await hash.update(chunk);
        bytes += chunk.length;
        progress.moving(0, chunk.length);
        progress.done(0, chunk.length);
      }
      if (bytes !== data.size)
        throw new DataMismatch(`${subject} has ${bytes} bytes, the image ${data.size}`);
    }
    const { algorithm, value } = await hash.compare(what);
    const json = { image_id: image.id, subject, size: data.size, verified_by: algorithm, hash: value };
    const text =
      algorithm === null
        ? `image ${image.id} has no recorded hash; ${what} has the sha512 ${value}`
        : `${what} is image ${image.id}: ${algorithm} ${value}`;
    return { json, text };
  } catch (error) {
    // The stream has an error of its own for an aborted signal.
    throw context.signal.aborted ? context.signal.reason : error;
  } finally {
    progress.stop();
    hash.close();
  }
}
