import { deletionOf } from "../../domain/deletion.ts";
import type { Image } from "../../domain/image.ts";
import { imageEvent } from "../../domain/image-events.ts";
import type { ImportWork } from "../../domain/import-work.ts";
import { withLimits } from "../../domain/limits.ts";
import { bytesOfTransfer, hasEnded, type Transfer } from "../../domain/transfer.ts";
import { BlobStoreFailed, type StoredBlob } from "../../ports/blob-store.ts";
import { deletionWrite } from "../../ports/change.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import { type StoredPart, UploadGone } from "../../ports/presigning-store.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { allParts } from "../transfers/all-parts.ts";
import { changeImport, type ImportState } from "./change-import.ts";
import { partsMark } from "./fetched-parts.ts";
import type { ImportPorts } from "./import-ports.ts";

/** The first parts that make `size` bytes: what an earlier attempt has left behind them is none of it. */
function partsOf(stored: readonly StoredPart[], size: number): readonly StoredPart[] {
  let bytes = 0;
  const behind = stored.findIndex((part) => {
    const isBehind = bytes >= size;
    bytes += part.size;
    return isBehind;
  });
  return behind < 0 ? stored : stored.slice(0, behind);
}

/** Lists of Swift follow what is stored late when it is busy: what they name may not be all, or have a gap. */
const areAll = (parts: readonly StoredPart[], size: number): boolean =>
  parts.reduce((sum, part) => sum + part.size, 0) === size &&
  parts.every(({ number }, at) => number === at + 1);

/** Parts were stored in the places of those that the object was to be made of. */
export class PartsChanged extends Error {}

/**
 * Makes the object of a stage transfer whose parts are all stored. Safe to repeat. Throws BlobStoreFailed where there are
 * other bytes than `size`, or none. `mark` tells the parts that it is made of; an earlier run that made it has not said.
 * Of other parts than `wanted` none is made: throws PartsChanged.
 */
export async function completeStage(
  blobs: CopyTarget,
  { key, upload_id: uploadId = "" }: Transfer,
  size: number,
  wanted?: string,
): Promise<StoredBlob & { readonly mark?: string }> {
  let mark: string | undefined;
  try {
    // No parts make no object.
    if (size === 0) await blobs.put(key, new Uint8Array());
    else {
      const parts = partsOf(await allParts(blobs, key, uploadId), size);
      // Of some of them an object would be made for good.
      if (areAll(parts, size)) {
        if (wanted !== undefined && partsMark(parts) !== wanted) throw new PartsChanged("other parts");
        // The store refuses others than the ones that are named here.
        await blobs.completeUpload(key, uploadId, parts);
        mark = partsMark(parts);
      }
    }
  } catch (error) {
    if (!(error instanceof UploadGone)) throw error;
  }
  const stored = await blobs.head(key);
  if (stored?.size !== size)
    throw new BlobStoreFailed(`The store has ${stored?.size ?? "none"} of the ${size} bytes that were sent.`);
  if (size === 0 && uploadId !== "") await blobs.abortUpload(key, uploadId).catch(() => undefined);
  return { ...stored, ...(mark !== undefined && { mark }) };
}

/** What is known of bytes that are staged now, and what comes next. */
export interface StagedBytes extends Pick<StoredBlob, "size" | "etag"> {
  readonly work: { readonly [Name in keyof ImportWork]?: ImportWork[Name] | undefined };
  /** What changes of the image with them. */
  readonly change?: (state: ImportState) => {
    readonly after: Image;
    readonly restore: NonNullable<ImportWork["restore"]>;
  };
}

/**
 * Puts the object of a stage transfer in the place of the image's staged bytes, which are cut loose. Nothing that was
 * known of those is known of it. Idempotent: a transfer that is over changes nothing. Throws TooLarge above a limit of the
 * project.
 */
export async function takeStaged(
  ports: ImportPorts,
  { taskId, transferId }: { readonly taskId: string; readonly transferId: string },
  { size, etag, work, change }: StagedBytes,
): Promise<void> {
  const { tasks, limits } = ports;
  const { image: owned } = await tasks.findWithTask(taskId);
  const projectLimits = owned ? await limitsOf(limits, owned) : {};
  await changeImport(ports, { taskId, transferId }, (state, now) => {
    const { image, transfer } = state;
    if (!transfer || hasEnded(transfer)) return undefined;
    const { after: changed = image, restore } = change?.(state) ?? {};
    const after: Image = {
      ...changed,
      ...{ size, staged: { ...bytesOfTransfer(transfer), size, etag }, transfer_id: null },
    };
    const { staged } = image;
    return {
      image: after,
      transfer: { ...transfer, state: "complete", verified: true },
      work: {
        transfer_id: undefined,
        hashing: undefined,
        hashes: undefined,
        read: undefined,
        ...(restore && { restore }),
        ...work,
      },
      writes: staged ? [deletionWrite(deletionOf({ image_id: image.id, ...staged }, now))] : [],
      events: [imageEvent("image.update", after)],
      ...withLimits(image.owner, projectLimits, { image_stage_total: 0 }),
    };
  });
}
