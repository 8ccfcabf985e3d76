import type { WorkQueue } from "../../../aws/work-queue.ts";
import { BadRequest, Conflict, TooLarge } from "../../../errors.ts";
import { isSameSignature } from "../../../signatures/image-signature.ts";
import {
  bytesOfTransfer,
  type DeclaredContent,
  type Transfer,
  withoutSigned,
} from "../../domain/transfer.ts";
import { type PresigningStore, type StoredPart, UploadGone } from "../../ports/presigning-store.ts";
import type { Stores } from "../../ports/stores.ts";
import { imageSignature, type SignaturePorts, signerAgain } from "../signatures/signer-of.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { allParts } from "./all-parts.ts";
import { type FinishPorts, type FinishStore, finishTransfer } from "./finish-transfer.ts";
import {
  findTransfer,
  type TransferAccess,
  type TransferAccessPorts,
  type TransferRef,
  type TransferWithImage,
} from "./transfer-access.ts";
import { TransferFailed } from "./transfer-failed.ts";
import { useTransfer } from "./use-transfer.ts";

/** A gateway waits 29 s; an answer that comes later is lost. */
const PATIENCE_MS = 20_000;
const MAX_NAMED = 10;

interface CompletePorts extends FinishPorts, SignaturePorts, TransferAccessPorts {
  readonly images: FinishPorts["images"] & TransferAccessPorts["images"];
  readonly stores: Stores<FinishStore & Pick<PresigningStore, "listParts" | "abortUpload">>;
  readonly queue: WorkQueue;
}

export interface Completion extends DeclaredContent {
  /** What the uploader believes to have stored; compared when given. */
  readonly parts?: readonly { readonly number: number; readonly etag: string }[];
}

function checkStored(transfer: Transfer, stored: readonly StoredPart[], { size, parts }: Completion): void {
  const missing: number[] = [];
  for (let number = 1, index = 0; index < stored.length; number++) {
    if (stored[index]?.number === number) index++;
    else missing.push(number);
  }
  if (missing.length > 0) {
    throw new BadRequest(
      `${missing.length} parts are missing: ${missing.slice(0, MAX_NAMED).join(", ")}${missing.length > MAX_NAMED ? ", …" : ""}. Upload them, then complete again.`,
    );
  }
  const total = stored.reduce((sum, part) => sum + part.size, 0);
  if (total !== size) {
    throw new BadRequest(
      `The image was declared with ${size} bytes, but ${total} are stored. Upload what is missing, then complete again.`,
    );
  }
  if (transfer.size !== null && transfer.size !== size) {
    throw new BadRequest(`The transfer was opened for ${transfer.size} bytes, not for ${size}.`);
  }
  const etags = new Map(stored.map(({ number, etag }) => [number, etag.toLowerCase()]));
  const changed = (parts ?? []).filter(
    ({ number, etag }) => etags.get(number) !== etag.replaceAll('"', "").toLowerCase(),
  );
  if (changed.length > 0) {
    const numbers = changed.slice(0, MAX_NAMED).map(({ number }) => number);
    throw new BadRequest(
      `Parts are stored with other bytes than stated: ${numbers.join(", ")}. Upload them again.`,
    );
  }
}

async function storedParts({ stores }: CompletePorts, transfer: Transfer): Promise<StoredPart[] | undefined> {
  if (transfer.upload_id === undefined) return [];
  try {
    return await allParts(stores.of(bytesOfTransfer(transfer)), transfer.key, transfer.upload_id);
  } catch (error) {
    if (!(error instanceof UploadGone)) throw error;
    return undefined;
  }
}

class SignatureChanged extends Conflict {
  constructor() {
    super(
      "The image's properties of a signature were changed at the same time; complete the transfer again.",
    );
  }
}

/** What the stored bytes must be verified by. Staged bytes are so when they are imported. */
async function signatureOfUpload(ports: SignaturePorts, { image, transfer }: TransferWithImage) {
  if (transfer.stage === true) return undefined;
  const signature = await signerAgain(ports)(image, transfer.signature);
  // Whoever goes on with an upload may not know that it was to be signed.
  if (transfer.signature && !signature) {
    throw new BadRequest(
      "This upload was begun for a signed image, which has no signature now: set img_signature and the three " +
        "properties beside it, then complete again. To upload it without one abort, and begin another upload.",
    );
  }
  return signature;
}

/** Ended attempts answer what they answered first. */
function settled(attempt: TransferWithImage): TransferWithImage | undefined {
  const { state, failure } = attempt.transfer;
  if (state === "complete") return attempt;
  if (state !== "aborted") return undefined;
  if (failure) throw new TransferFailed(failure.code, failure.message);
  throw new Conflict("The transfer was aborted. Begin a new one.");
}

/**
 * What is still to be read, to compute hashes or to verify them, begins at once. Its message may get lost: the one that
 * was sent before the completion began comes later, and finds the work done, or under way (`examineStored`), or does it.
 */
async function wakeWorker(
  { queue }: CompletePorts,
  ref: TransferRef,
  { transfer }: TransferWithImage,
): Promise<void> {
  const isWaiting = transfer.state === "completing";
  const isUnverified = transfer.state === "complete" && transfer.verified !== true;
  if (isWaiting || isUnverified) await queue.finalize(ref, 0).catch(() => undefined);
}

/**
 * The upload of a transfer that turned out to be empty has no parts and made no object. Left over it costs nothing and
 * expires by itself, which it does when the worker ends the transfer: the worker may not abort uploads.
 */
async function forgetEmptyUpload({ stores }: CompletePorts, { transfer }: TransferWithImage): Promise<void> {
  const { key, upload_id, statement } = transfer;
  if (upload_id === undefined || statement?.size !== 0) return;
  const blobs = stores.of(bytesOfTransfer(transfer));
  await blobs.abortUpload(key, upload_id).catch(() => undefined);
}

/**
 * Completes a transfer. The state `completing` and a recovery message exist before S3 is asked, so that a crash
 * anywhere is resolved by whoever comes next. A bad signature or certificate is refused before, and leaves the transfer
 * open. Repeating it returns the first result. What is still at work after
 * 20 s is returned in the state `completing`, and goes on by itself.
 */
export const completeTransfer =
  (ports: CompletePorts) =>
  async (access: TransferAccess, ref: TransferRef, completion: Completion): Promise<TransferWithImage> => {
    const { images, queue, settings } = ports;
    const attempt = await findTransfer(ports)(access, ref);
    const before = settled(attempt);
    if (before) return before;
    const read = () => findTransfer(ports)(access, ref);

    let completing = attempt;
    let parts: StoredPart[] | undefined;
    if (attempt.transfer.state === "open") {
      await useTransfer(ports)(attempt.transfer);
      if (completion.size > settings.image_size_cap) {
        throw new TooLarge(
          `The image has ${completion.size} bytes; this service takes at most ${settings.image_size_cap}.`,
        );
      }
      parts = await storedParts(ports, attempt.transfer);
      if (parts === undefined)
        throw new Conflict("The transfer's parts are gone: abort it and begin a new one.");
      checkStored(attempt.transfer, parts, completion);
      const signature = await signatureOfUpload(ports, attempt);
      const { size, checksum, os_hash_value } = completion;
      const statement: DeclaredContent = {
        size,
        ...(checksum === undefined ? {} : { checksum }),
        ...(os_hash_value === undefined ? {} : { os_hash_value }),
      };
      // The message first: a crash after the write would otherwise leave nobody to resolve it.
      await queue.finalize(ref, settings.completion_recovery_delay);
      completing = await updateWithRetry(
        images,
        read,
        ({ image, transfer }) => {
          if (transfer.state !== "open") return undefined;
          if (!transfer.stage && !isSameSignature(imageSignature(image), signature))
            throw new SignatureChanged();
          const { signature: _, ...unsigned } = withoutSigned(transfer);
          const after: Transfer = {
            ...unsigned,
            state: "completing",
            statement,
            ...(signature && { signature }),
          };
          return {
            image: { before: image, after: image },
            writes: [{ kind: "transfer", before: transfer, after }],
          };
        },
        attempt,
      );
    }
    const finished = finishTransfer(ports)(completing, parts ? { parts } : {});
    if (!parts) return inTime(finished, read);
    const awake = finished.then(async (ended) => {
      await forgetEmptyUpload(ports, ended);
      await wakeWorker(ports, ref, ended);
      return ended;
    });
    return inTime(awake, read);
  };

async function inTime(
  work: Promise<TransferWithImage>,
  unfinished: () => Promise<TransferWithImage>,
): Promise<TransferWithImage> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  try {
    const attempt = (await Promise.race([work, late])) ?? (await unfinished());
    return settled(attempt) ?? attempt;
  } finally {
    clearTimeout(timer);
    // Its failure is kept on the transfer; nobody waits for it here any more.
    work.catch(() => undefined);
  }
}
