import type { Clock } from "../../../clock.ts";
import { namesSignature } from "../../../signatures/image-signature.ts";
import { deletionOf } from "../../domain/deletion.ts";
import type { Image, Integrity } from "../../domain/image.ts";
import { imageEvent, storeEvent } from "../../domain/image-events.ts";
import { type ProjectLimits, withLimits } from "../../domain/limits.ts";
import type { StoredBytes } from "../../domain/location.ts";
import { transition } from "../../domain/status.ts";
import { bytesOfTransfer, type Transfer } from "../../domain/transfer.ts";
import { type Change, deletionWrite } from "../../ports/change.ts";

export interface StoredImage {
  readonly size: number;
  readonly etag: string;
  /** MD5, hex. */
  readonly checksum: string;
  /** SHA-512, hex. */
  readonly os_hash_value: string;
  readonly virtual_size: number | null;
  readonly integrity: Integrity;
}

/** What the end of an upload is judged by. */
export interface Circumstances {
  readonly clock: Clock;
  /** The owner's, which the bytes that are really there must keep. */
  readonly projectLimits: ProjectLimits;
}

/**
 * The change that makes an image active: data, hashes and status in one write, its transfer complete. Throws for an image
 * that names a signature where none was verified: whoever brings data in another way has to do that first. `placed`: where
 * the bytes are now, other than the transfer's, which are cut loose then.
 */
export function activation(
  { clock, projectLimits }: Circumstances,
  image: Image,
  transfer: Transfer,
  stored: StoredImage,
  verified: boolean,
  placed?: StoredBytes,
): Change {
  if (namesSignature(image.properties) && !stored.integrity.signature)
    throw new Error(`image ${image.id} names a signature that nobody has verified`);
  const active: Image = {
    ...image,
    status: transition(image.status, "active"),
    size: stored.size,
    virtual_size: stored.virtual_size,
    checksum: stored.checksum,
    os_hash_algo: "sha512",
    os_hash_value: stored.os_hash_value,
    locations: [
      {
        ...(placed ? { store: placed.store, key: placed.key } : bytesOfTransfer(transfer)),
        ...{ size: stored.size, etag: stored.etag },
        ...(transfer.registered && { registered: true }),
      },
    ],
    integrity: stored.integrity,
    transfer_id: null,
    broken_upload: null,
    updated_at: clock().toISOString(),
  };
  return {
    image: { before: image, after: active },
    writes: [
      { kind: "transfer", before: transfer, after: { ...transfer, state: "complete", verified } },
      ...(placed ? [deletionWrite(deletionOf(transfer, clock()))] : []),
    ],
    events: [
      storeEvent("image.upload", active, placed?.store ?? transfer.store),
      imageEvent("image.activate", active),
      imageEvent("image.update", active),
    ],
    ...withLimits(image.owner, projectLimits, { image_size_total: 0, user_storage_quota: 0 }),
  };
}

/** The change that records staged bytes and their size; the image stays `uploading` until its import. */
export function staging(
  { clock, projectLimits }: Circumstances,
  image: Image,
  transfer: Transfer,
  etag: string,
): Change {
  const size = transfer.statement?.size ?? 0;
  const staged: Image = {
    ...image,
    size,
    staged: { ...bytesOfTransfer(transfer), size, etag },
    transfer_id: null,
    broken_upload: null,
    updated_at: clock().toISOString(),
  };
  return {
    image: { before: image, after: staged },
    // Whoever imports the bytes reads them all: nothing is left to verify here.
    writes: [
      { kind: "transfer", before: transfer, after: { ...transfer, state: "complete", verified: true } },
    ],
    events: [imageEvent("image.update", staged)],
    ...withLimits(image.owner, projectLimits, { image_stage_total: 0 }),
  };
}
