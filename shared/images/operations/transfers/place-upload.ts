import type { Explain } from "../../../log.ts";
import { digestNameOf } from "../../../signatures/signature-algorithms.ts";
import { locationAt } from "../../domain/image.ts";
import type { StoredBytes } from "../../domain/location.ts";
import { bytesOfTransfer, type HashProgress, placeOfUpload } from "../../domain/transfer.ts";
import { BlobMissing, type BlobStore, BlobStoreFailed, type StoredBlob } from "../../ports/blob-store.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import type { RestoreFence } from "../../ports/restore-fence.ts";
import type { Stores } from "../../ports/stores.ts";
import { takeName } from "../bytes/take-name.ts";
import { copyPartBytes } from "../copies/begin-copy.ts";
import { copyParts } from "../copies/copy-parts.ts";
import { type Holding, type HoldPorts, holdCopy } from "../copies/hold-copy.ts";
import { isRefusal } from "../is-refusal.ts";
import { verifySigned } from "../signatures/verify-signed.ts";
import { examineStored } from "./examine-stored.ts";
import type { FinalizePorts, FinalizeResult } from "./finalize-image.ts";
import { finishTransfer } from "./finish-transfer.ts";
import { PartSpoilt, placedParts } from "./placed-parts.ts";
import { releaseTransfer } from "./release-transfer.ts";
import { existingTransfer, type TransferRef, type TransferWithImage } from "./transfer-access.ts";

export interface PlacePorts extends Omit<FinalizePorts, "stores" | "readsSources" | "findings">, HoldPorts {
  readonly stores: Stores<BlobStore & CopyTarget>;
  /** What a failed attempt has left under the image's name is deleted. */
  readonly fence: RestoreFence;
  /** Bytes of a part, for tests; as many as suit the size otherwise. */
  readonly partBytes?: number;
}

type Place = StoredBytes & { readonly upload_id: string };

const partBytesOf = ({ partBytes }: PlacePorts, { transfer }: TransferWithImage): number =>
  partBytes ?? copyPartBytes(transfer.statement?.size ?? 0);

/** Brings all bytes over, from where an earlier run stopped, and gives them their name; undefined: there was no time. */
async function broughtOver(
  ports: PlacePorts,
  attempt: TransferWithImage,
  { store, key, upload_id }: Place,
  holding: Holding,
): Promise<StoredBlob | undefined> {
  const { images, stores } = ports;
  const { transfer } = attempt;
  const target = stores.of({ store });
  const ref = { imageId: transfer.image_id, transferId: transfer.id };
  const there = await target.findCopied?.(key, upload_id);
  if (there) return there;
  const uploaded = bytesOfTransfer(transfer);
  const source = { store: stores.of(uploaded), key: uploaded.key };
  const size = transfer.statement?.size ?? 0;
  await target.createUpload(key, upload_id);
  const parts = { key, upload_id, size, part_size: partBytesOf(ports, attempt) };
  if (!(await copyParts(target, source, parts, holding))) return undefined;
  return takeName(target, { key, uploadId: upload_id }, async () => {
    const now = await existingTransfer(images, ref);
    return now.transfer.state === "completing" && !locationAt(now.image, { store, key });
  });
}

/** Whether the attempt has ended; what it has left in the folder goes with it. */
async function cleaned({ stores }: PlacePorts, { transfer }: TransferWithImage, place: Place) {
  const target = stores.of({ store: place.store });
  if (transfer.state === "complete") await target.forgetUpload?.(place.upload_id);
  else if (transfer.state === "aborted") await target.abortUpload(place.key, place.upload_id);
  return transfer.state !== "completing";
}

async function placed(
  ports: PlacePorts,
  attempt: TransferWithImage,
  place: Place,
  holding: Holding,
): Promise<FinalizeResult> {
  const { images, stores } = ports;
  const { transfer } = attempt;
  const stored = await broughtOver(ports, attempt, place, holding);
  if (!stored) return "continues";
  const target = stores.of({ store: place.store });
  const rangeBytes = partBytesOf(ports, attempt);
  const parts = await placedParts(target, place, rangeBytes);
  const found = await examineStored(parts, { key: place.key, size: stored.size }, transfer.hashing, {
    ...(transfer.signature && { signedDigest: digestNameOf(transfer.signature.hash_method) }),
    rangeBytes,
    mayRead: holding.mayGoOn,
    save: (hashing: HashProgress) => images.saveHashing({ ...transfer, hashing }),
  }).catch(async (error: unknown) => {
    // The bytes that were uploaded are still there: the next run brings them anew.
    if (error instanceof PartSpoilt) await target.abortUpload(place.key, place.upload_id);
    throw error;
  });
  if (found.outcome === "unfinished") return "continues";
  if (found.outcome === "overtaken") return "left to another run";
  // A moment ago it was whole: the next run looks again.
  if (found.outcome === "damaged") throw new Error(`what was placed is damaged: ${found.damage.kind}`);
  // The write of a run that was left behind gives the file another mark, by which nobody would find it again.
  const unchanged = await target.findCopied?.(place.key, place.upload_id);
  if (unchanged?.etag !== stored.etag)
    throw new BlobStoreFailed("What was placed has changed while it was read; try again later.");
  const current = await existingTransfer(images, { imageId: transfer.image_id, transferId: transfer.id });
  const ended = await finishTransfer(ports)(current, {
    computed: { ...found.hashes, verify: verifySigned },
    placed: { ...place, ...stored },
  });
  await cleaned(ports, ended, place);
  return ended.transfer.state === "complete" ? "activated" : "nothing to do";
}

/**
 * Brings an upload to the store that it was for, where clients cannot send bytes to that: its bytes have come into a
 * bucket, and the image is active when they lie in the folder, have been read there and have the stated hashes; in the
 * same change those in the bucket are cut loose. Until then nothing refers to the file. Where the store is full or the
 * data refused, the image is queued again and the transfer says why. One run at a time has an upload in hand; killed
 * anywhere it costs the part in hand. Idempotent.
 */
export const placeUpload =
  (ports: PlacePorts) =>
  async (ref: TransferRef, hasTime: () => boolean, explain: Explain = () => {}): Promise<FinalizeResult> => {
    const { images, queue, fence } = ports;
    const because = (why: string, evidence: Readonly<Record<string, unknown>> = {}) =>
      explain({ why, evidence });
    const found = await images.findWithTransfer(ref.imageId, ref.transferId);
    const place = found.transfer && placeOfUpload(found.transfer);
    if (!found.image || !found.transfer || !place) {
      because("there is no such upload to place any more");
      return "nothing to do";
    }
    const attempt = { image: found.image, transfer: found.transfer };
    if (attempt.transfer.state === "open" || (await cleaned(ports, attempt, place))) {
      because("its end is settled", { transfer_state: attempt.transfer.state });
      return "nothing to do";
    }
    const closed = await fence.whyClosed();
    if (closed !== undefined) {
      because(`${closed}: release the reaper when both are in order`);
      return "nothing to do";
    }
    const holding = await holdCopy(ports, attempt.transfer, hasTime);
    if (!holding) {
      because("another run has it in hand");
      return "left to another run";
    }
    try {
      const result = await placed(ports, attempt, place, holding);
      if (result === "continues") await queue.place(ref, 0);
      because("its bytes were brought to their store", { result, store: place.store });
      return result;
    } catch (error) {
      if (error instanceof BlobMissing) {
        // The other worker says what became of an upload whose bytes are gone.
        await queue.finalize(ref, 60);
        because("the uploaded bytes are gone");
        return "left to another run";
      }
      if (!isRefusal(error)) throw error;
      because(error.message, { code: error.status });
      await releaseTransfer(ports)(ref, {
        broken: false,
        failure: { code: error.status, message: error.message },
        when: ({ transfer }) => transfer.state === "completing",
      });
      return "refused";
    } finally {
      await holding.letGo();
    }
  };
