import { DataMismatch, UsageError } from "../command-line/failures.ts";
import { ImageHash } from "../download/image-hashes.ts";
import { type SignatureFiles, signatureCheck } from "../download/signature-check.ts";
import { streamImage } from "../download/stream-image.ts";
import type { Context } from "./context.ts";
import { type DownloadOptions, openImageData, STREAM_PARALLEL } from "./download.ts";
import { readLocalFile } from "./read-local-file.ts";
import type { Result } from "./result.ts";
import { verifyProvenance } from "./verify-provenance.ts";

export interface VerifyOptions extends DownloadOptions {
  readonly image?: string;
  readonly signature?: boolean;
  readonly cert?: string;
  readonly trusted?: string;
  readonly provenance?: string;
  readonly key?: string;
}

/** What the options say of the signature; undefined: it is not asked for. Throws UsageError. */
function signatureFiles({ signature, cert, trusted }: VerifyOptions): SignatureFiles | undefined {
  if (signature && cert === undefined)
    throw new UsageError("--signature needs --cert: the file of the signer's certificate");
  if (!signature && (cert !== undefined || trusted !== undefined))
    throw new UsageError("--cert and --trusted are for --signature");
  return signature && cert !== undefined ? { certificate: cert, trusted } : undefined;
}

/** `imagectl verify …`: against a signed statement where one is named, else against the image's record. */
export async function verify(
  context: Context,
  subject: string | undefined,
  options: VerifyOptions,
): Promise<Result> {
  const { provenance, key, image, signature } = options;
  if (provenance !== undefined) {
    if (signature)
      throw new UsageError("--signature is not verified with --provenance: ask for each by itself");
    return await verifyProvenance(context, subject, { provenance, key, image });
  }
  if (key !== undefined) throw new UsageError("--key is for --provenance");
  if (subject === undefined) throw new UsageError("which file or image? Or which statement: --provenance");
  return await verifyRecorded(context, subject, options);
}

/** `imagectl verify FILE --image ID` or `imagectl verify ID`: a file, or what is stored, against the image's record. */
async function verifyRecorded(context: Context, subject: string, options: VerifyOptions): Promise<Result> {
  const files = signatureFiles(options);
  const { image, data } = await openImageData(context, options.image ?? subject, options);
  const signed = files && (await signatureCheck(image, files));
  const hash = new ImageHash(image);
  const update = (bytes: Buffer) => Promise.all([hash.update(bytes), signed?.update(bytes)]);
  const progress = context.progress("verify", data.size);
  const what = options.image === undefined ? `the stored data of ${image.id}` : subject;
  try {
    if (options.image === undefined) {
      const take = async (bytes: Buffer, piece: number) => {
        await update(bytes);
        progress.moving(piece, bytes.length);
        progress.done(piece, bytes.length);
      };
      await streamImage(data, STREAM_PARALLEL, take, context.signal);
    } else {
      const bytes = await readLocalFile(subject, update, { progress, signal: context.signal });
      if (bytes !== data.size)
        throw new DataMismatch(`${subject} has ${bytes} bytes, the image ${data.size}`);
    }
    const { algorithm, value } = await hash.compare(what);
    const signer = await signed?.compare(what);
    const json = {
      ...{ image_id: image.id, subject, size: data.size, verified_by: algorithm, hash: value },
      ...(signer !== undefined && { signed_by: signer, certificate_trusted: options.trusted !== undefined }),
    };
    const compared =
      algorithm === null
        ? `image ${image.id} has no recorded hash; ${what} has the sha512 ${value}`
        : `${what} is image ${image.id}: ${algorithm} ${value}`;
    if (signer === undefined) return { json, text: compared };
    const trust = options.trusted === undefined ? " (whether to trust it was not asked: --trusted)" : "";
    return { json, text: `${compared}\nsigned by ${signer}${trust}` };
  } catch (error) {
    // The stream has an error of its own for an aborted signal.
    throw context.signal.aborted ? context.signal.reason : error;
  } finally {
    progress.stop();
    hash.close();
    signed?.close();
  }
}
