import { deletionOf } from "../../domain/deletion.ts";
import type { Image } from "../../domain/image.ts";
import type { Location } from "../../domain/location.ts";
import { keyIn } from "../../domain/object-key.ts";
import { typeOfStore } from "../../domain/store.ts";
import { bytesOfTransfer, hasEnded } from "../../domain/transfer.ts";
import { BlobMissing, BlobStoreFailed, type StoredBlob } from "../../ports/blob-store.ts";
import { deletionWrite } from "../../ports/change.ts";
import { UploadGone } from "../../ports/presigning-store.ts";
import { sourceFor } from "../copies/begin-copy.ts";
import { copyParts } from "../copies/copy-parts.ts";
import type { CopyTransfer } from "../copies/copy-ports.ts";
import { forgetCopied, madeCopy, namedCopy } from "../copies/made-copy.ts";
import { compareHashes } from "../integrity/compare-hashes.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { examineStored } from "../transfers/examine-stored.ts";
import { releaseTransfer } from "../transfers/release-transfer.ts";
import { importTransfer } from "./begin-stage.ts";
import { changeImport, readImport } from "./change-import.ts";
import { ImportFailed } from "./import-errors.ts";
import type { ImportPorts, ImportRun } from "./import-ports.ts";
import { openTransfersOf } from "./import-transfers.ts";
import { isPresent, leavingStore, storesLeft, takingPlace } from "./take-place.ts";

/** What a copy is made of: the staged bytes, else a place of the image that has it whole. */
async function placeToCopy(ports: ImportPorts, image: Image, store: string): Promise<Location> {
  const place = image.staged ?? (await sourceFor(ports, image, { store }));
  if (!place) throw new ImportFailed("The image has no good data left to copy.");
  return place;
}

async function beginPlace(
  ports: ImportPorts,
  run: ImportRun,
  store: string,
): Promise<CopyTransfer | undefined> {
  const { image, task } = await readImport(ports, { taskId: run.task.id });
  const { size, key, store: fromStore } = await placeToCopy(ports, image, store);
  const opened = importTransfer(ports, { imageId: image.id, taskId: task.id }, { store, size });
  const owner = { imageId: image.id, transferId: opened.id };
  const plain = { ...opened, key: keyIn(typeOfStore(ports.configured, store), owner) };
  const blobs = ports.stores.of({ store });
  const begun: CopyTransfer = {
    ...{ ...plain, copy: { from: { store: fromStore, key } } },
    ...((size > 0 || blobs.findCopied) && { upload_id: await blobs.createUpload(plain.key, plain.id) }),
  };
  let isBegun = false;
  try {
    await changeImport(ports, { taskId: task.id }, (state) => {
      const isWanted = storesLeft(state.task.import).includes(store);
      isBegun = isWanted && !isPresent(state.image, store);
      if (isWanted && !isBegun) return leavingStore(state, store);
      return isBegun ? { writes: [{ kind: "transfer", before: undefined, after: begun }] } : undefined;
    });
  } catch (error) {
    isBegun = false;
    throw error;
  } finally {
    // Left behind, it would cost nothing but space until the bucket's lifecycle ends it.
    if (!isBegun && begun.upload_id !== undefined)
      await blobs.abortUpload(begun.key, begun.upload_id).catch(() => undefined);
  }
  return isBegun ? { ...begun, revision: 1 } : undefined;
}

/** The whole object; undefined when there was no time for that. */
async function storedPlace(
  { images, stores }: ImportPorts,
  { mayGoOn }: ImportRun,
  transfer: CopyTransfer,
): Promise<StoredBlob | undefined> {
  const target = stores.of(bytesOfTransfer(transfer));
  const there = await madeCopy(target, transfer);
  if (there) return there;
  const { from } = transfer.copy;
  const source = { store: stores.of(from), key: from.key };
  const budget = { mayGoOn: () => mayGoOn(`Copying to ${transfer.store}`) };
  if (!(await copyParts(target, source, transfer, budget))) return undefined;
  const stored = await namedCopy(images, target, transfer);
  if (!stored) throw new BlobStoreFailed("The copy was deleted while it was made; try again later.");
  return stored;
}

/** Whether the copy has the bytes that were read; undefined when there was no time to see. */
async function isEqual(
  { images, stores }: ImportPorts,
  { image, task, mayGoOn }: ImportRun,
  transfer: CopyTransfer,
): Promise<boolean | undefined> {
  const { key } = transfer;
  const found = await examineStored(
    stores.of(bytesOfTransfer(transfer)),
    { key, size: transfer.size ?? 0 },
    transfer.hashing,
    {
      mayRead: () => mayGoOn(`Reading the copy in ${transfer.store}`),
      save: (hashing) => images.saveHashing({ ...transfer, hashing }),
    },
  );
  if (found.outcome === "unfinished" || found.outcome === "overtaken") return undefined;
  if (found.outcome === "damaged") return false;
  const { checksum, os_hash_value } = task.import.read ?? image;
  return compareHashes({ ...image, checksum, os_hash_value }, { key }, found.hashes) === undefined;
}

/**
 * Brings the image to one store by a copy, from where an earlier run stopped: its parts, then reading it, then one write by
 * which it is a place of the image. False when no time is left. What fails leaves nothing that another run would take up.
 */
export async function placeCopy(ports: ImportPorts, run: ImportRun, store: string): Promise<boolean> {
  const { image, task } = run;
  const underWay = (await openTransfersOf(ports, task)).find(
    (transfer): transfer is CopyTransfer => transfer.copy !== undefined && transfer.store === store,
  );
  const transfer = underWay ?? (await beginPlace(ports, run, store));
  if (!transfer) return true;
  const ref = { imageId: image.id, transferId: transfer.id };
  const abandon = (message: string) =>
    releaseTransfer(ports)(ref, { broken: false, failure: { code: 409, message } });
  try {
    const stored = await storedPlace(ports, run, transfer);
    if (!stored) return false;
    const isGood = await isEqual(ports, run, transfer);
    if (isGood === undefined) return false;
    if (!isGood) throw new BlobMissing("the store has other bytes than were copied there");
    const projectLimits = await limitsOf(ports.limits, image);
    let isTaken = false;
    await changeImport(ports, { taskId: task.id, transferId: transfer.id }, (state, now) => {
      isTaken = state.transfer !== undefined && !hasEnded(state.transfer);
      if (!state.transfer || !isTaken) return undefined;
      if (isPresent(state.image, store)) {
        isTaken = false;
        return {
          ...leavingStore(state, store),
          transfer: { ...state.transfer, state: "aborted" },
          writes: [deletionWrite(deletionOf(state.transfer, now))],
        };
      }
      const place = { ...bytesOfTransfer(transfer), size: stored.size, etag: stored.etag };
      return {
        ...takingPlace(state, place, projectLimits),
        transfer: { ...state.transfer, state: "complete", verified: true },
      };
    });
    if (isTaken) await forgetCopied(ports.stores.of(bytesOfTransfer(transfer)), transfer);
    return true;
  } catch (error) {
    if (!(error instanceof BlobMissing) && !(error instanceof UploadGone)) throw error;
    await abandon("its source is gone, or the store has not kept what was copied");
    throw new BlobStoreFailed(error.message, { cause: error });
  }
}
