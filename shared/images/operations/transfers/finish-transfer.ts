import type { Clock } from "../../../clock.ts";
import { BadRequest, GlanceError } from "../../../errors.ts";
import type { Settings } from "../../../settings.ts";
import { isSameSignature } from "../../../signatures/image-signature.ts";
import { SignatureRefused } from "../../../signatures/signature-refused.ts";
import type { Image } from "../../domain/image.ts";
import type { StoredBytes } from "../../domain/location.ts";
import { bytesOfTransfer, type Transfer } from "../../domain/transfer.ts";
import type { StoredBlob } from "../../ports/blob-store.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { Limits } from "../../ports/limits.ts";
import { type PresigningStore, type StoredPart, UploadGone } from "../../ports/presigning-store.ts";
import type { Stores } from "../../ports/stores.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import { isRefusal } from "../is-refusal.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { imageSignature } from "../signatures/signer-of.ts";
import type { verifySigned } from "../signatures/verify-signed.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { activation, staging } from "./activate-image.ts";
import { allParts } from "./all-parts.ts";
import { inspectBytes } from "./inspect-stored.ts";
import { releaseTransfer } from "./release-transfer.ts";
import { existingTransfer, type TransferWithImage } from "./transfer-access.ts";

/** What the end of an upload asks of the store that it goes to. */
export type FinishStore = Pick<PresigningStore, "put" | "head" | "read"> &
  Partial<Pick<PresigningStore, "listParts" | "completeUpload">>;

export interface FinishPorts {
  readonly images: ImageStore & TransferStore;
  readonly stores: Stores<FinishStore>;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly settings: Settings;
}

/** Hashes that we computed ourselves from the stored bytes. */
export interface ComputedHashes {
  readonly checksum: string;
  readonly os_hash_value: string;
  /** The digest that the transfer's signature is of. */
  readonly signed?: string;
}

/** Hashes of all bytes, and who verifies signatures by them: only who reads the bytes has to bring that along. */
interface ReadBytes extends ComputedHashes {
  readonly verify: typeof verifySigned;
}

/** The upload and its object are both gone: nothing can bring the bytes back. */
class BytesLost extends GlanceError {
  readonly status = 500;
}

/** Makes the object exist. Safe to repeat: each way it may stand after a crash leads to the same object. */
async function store(blobs: FinishStore, transfer: Transfer, known: readonly StoredPart[] | undefined) {
  const { key, upload_id, statement, registered } = transfer;
  if (registered) return;
  // No parts make no object: S3 refuses to complete an upload without any. Of unknown size it may turn out to be empty.
  if (upload_id === undefined || statement?.size === 0) {
    await blobs.put(key, new Uint8Array());
    return;
  }
  const { listParts, completeUpload } = blobs;
  if (!listParts || !completeUpload) throw new Error(`the store of ${key} takes no parts`);
  try {
    await completeUpload(key, upload_id, known ?? (await allParts({ listParts }, key, upload_id)));
  } catch (error) {
    if (!(error instanceof UploadGone)) throw error;
    if (!(await blobs.head(key))) throw new BytesLost("The uploaded parts are gone; upload the image again.");
  }
}

async function checkStoredSize(blobs: FinishStore, key: string, transfer: Transfer): Promise<StoredBlob> {
  const declared = transfer.statement?.size ?? 0;
  const stored = await blobs.head(key);
  if (stored?.size !== declared) {
    throw new BadRequest(
      `The image was declared with ${declared} bytes, but ${stored?.size ?? 0} are stored.`,
    );
  }
  return stored;
}

async function inspect(
  { stores, settings }: FinishPorts,
  image: Image,
  { store, key }: StoredBytes,
  declared: number,
) {
  const blobs = stores.of({ store });
  const source = {
    size: declared,
    read: (offset: number, length: number) => blobs.read(key, offset, Math.min(length, declared - offset)),
  };
  return inspectBytes(image, source, settings);
}

/** Stated hashes that may make the image active at once; undefined: it waits until we have read the bytes. */
function stated({ settings }: FinishPorts, transfer: Transfer): ComputedHashes | undefined {
  const { checksum, os_hash_value } = transfer.statement ?? {};
  const waits = transfer.signature || transfer.registered || transfer.place_in !== undefined;
  if (!settings.activate_on_stated_hashes || waits) return undefined;
  return checksum !== undefined && os_hash_value !== undefined ? { checksum, os_hash_value } : undefined;
}

/** Refuses computed hashes that are not those the uploader stated. */
function compare(transfer: Transfer, computed: ComputedHashes): void {
  const { checksum, os_hash_value } = transfer.statement ?? {};
  const differs =
    (checksum !== undefined && checksum !== computed.checksum) ||
    (os_hash_value !== undefined && os_hash_value !== computed.os_hash_value);
  if (differs)
    throw new BadRequest("The stored data does not have the hashes that were stated; upload it again.");
}

/** Refuses an image that does not say of its signature what the transfer was completed with: nothing vouches for that. */
function requireSameSignature(image: Image, { signature }: Transfer): void {
  if (isSameSignature(imageSignature(image), signature)) return;
  throw new SignatureRefused(
    image.id,
    "its properties of a signature were changed while the upload was being completed. Upload it again.",
  );
}

/** Verifies the signature that the transfer was completed with. */
const verifiedSignature = ({ image_id, signature }: Transfer, { verify, signed }: ReadBytes, now: Date) =>
  signature && verify(image_id, signature, signed ?? "", now);

/** Where the bytes of an upload were brought that clients could not send there. */
type PlacedBytes = StoredBytes & StoredBlob;

/** Refusals of the data itself; a lost race or a failing service is none, and must not cost the upload. */
const isFinal = (error: unknown): error is GlanceError => error instanceof BytesLost || isRefusal(error);

/**
 * Brings a transfer in `completing` to its end: object, inspection, activation. Each step may have happened
 * before (a crash, a second call, the worker at the same time), and is safe to repeat. Ends
 *   complete    the image is active (its bytes are staged), or somebody else made it so
 *   completing  nobody stated hashes: the finalize worker computes them
 *   aborted     the data or its signature was refused, or the project has no room for it; the image is queued again, the reason kept on the transfer and thrown
 * An error that may pass (S3 is failing) leaves it `completing` and is thrown. `attempt` is what was just read.
 */
export const finishTransfer =
  (ports: FinishPorts) =>
  async (
    attempt: TransferWithImage,
    {
      parts,
      computed,
      placed,
    }: { parts?: readonly StoredPart[]; computed?: ReadBytes; placed?: PlacedBytes } = {},
  ): Promise<TransferWithImage> => {
    const { images, stores, clock } = ports;
    const ref = { imageId: attempt.image.id, transferId: attempt.transfer.id };
    const read = () => existingTransfer(images, ref);
    if (attempt.transfer.state !== "completing") return attempt;
    try {
      const bytes = placed ?? bytesOfTransfer(attempt.transfer);
      const blobs = stores.of(bytes);
      if (!placed) await store(blobs, attempt.transfer, parts);
      const stored = await checkStoredSize(blobs, bytes.key, attempt.transfer);
      const isStage = attempt.transfer.stage === true;
      const virtual_size = isStage ? null : await inspect(ports, attempt.image, bytes, stored.size);
      if (!isStage) requireSameSignature(attempt.image, attempt.transfer);
      if (computed) compare(attempt.transfer, computed);
      const now = clock().toISOString();
      const evidence = computed && verifiedSignature(attempt.transfer, computed, clock());
      const withProjectLimits = async (found: TransferWithImage) => ({
        ...found,
        projectLimits: await limitsOf(ports.limits, found.image),
      });
      const decide = ({ image, transfer, projectLimits }: Awaited<ReturnType<typeof withProjectLimits>>) => {
        if (transfer.state !== "completing") return undefined;
        if (isStage) return staging({ clock, projectLimits }, image, transfer, stored.etag);
        requireSameSignature(image, attempt.transfer);
        const hashes = computed ?? stated(ports, transfer);
        if (!hashes) return undefined;
        const size = transfer.statement?.size ?? 0;
        const integrity = computed
          ? { verified_at: now, ...(evidence && { signature: evidence }) }
          : { stated_at: now };
        return activation(
          { clock, projectLimits },
          image,
          transfer,
          { ...hashes, size, etag: placed?.etag ?? stored.etag, virtual_size, integrity },
          computed !== undefined,
          placed,
        );
      };
      const latest = async () => withProjectLimits(await read());
      return await updateWithRetry(images, latest, decide, await withProjectLimits(attempt));
    } catch (error) {
      const later = await read();
      if (later.transfer.state !== "completing") return later;
      if (!isFinal(error)) throw error;
      await releaseTransfer(ports)(ref, {
        broken: false,
        failure: { code: error.status, message: error.message },
      });
      throw error;
    }
  };
