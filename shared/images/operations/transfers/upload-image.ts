import { createHash } from "node:crypto";
import type { Caller } from "../../../caller.ts";
import { GlanceError } from "../../../errors.ts";
import type { Notify } from "../../../notifications/operations/notify.ts";
import type { Image } from "../../domain/image.ts";
import { uploadFailed } from "../../domain/image-events.ts";
import type { Transfer } from "../../domain/transfer.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import type { Change } from "../../ports/change.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { visibleImage } from "../visible-image.ts";
import { activation, type Circumstances, staging } from "./activate-image.ts";
import { bytesSource, inspectBytes } from "./inspect-stored.ts";
import { type OpenTransferPorts, openTransfer, statusOfUpload } from "./open-transfer.ts";
import { releaseTransfer } from "./release-transfer.ts";

type StoreWholePorts = OpenTransferPorts & { readonly blobs: Pick<BlobStore, "put"> };

/** A killed function frees the image after this; storing a few megabytes takes far less. */
const LEASE_SECONDS = 60;

const hex = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest("hex");

/** Opens an attempt, stores the bytes and writes what `finish` says; a failing store puts the image back to queued. */
async function storeWhole(
  ports: StoreWholePorts,
  caller: Caller,
  id: string,
  {
    bytes,
    announced,
    stage,
  }: { readonly bytes: Uint8Array; readonly announced: boolean; readonly stage: boolean },
  finish: (circumstances: Circumstances, image: Image, transfer: Transfer, etag: string) => Change,
): Promise<Image> {
  const size = bytes.length;
  const request = { size, announced, leaseSeconds: LEASE_SECONDS, stage, multipart: false };
  const opened = await openTransfer(ports)(caller, id, request);
  try {
    const etag = await ports.blobs.put(opened.transfer.key, bytes);
    const projectLimits = await limitsOf(ports.limits, opened.image);
    const change = finish({ clock: ports.clock, projectLimits }, opened.image, opened.transfer, etag);
    return (await ports.images.commit(change)).image;
  } catch (error) {
    const failure = error instanceof GlanceError && {
      failure: { code: error.status, message: error.message },
    };
    await releaseTransfer(ports)(
      { imageId: id, transferId: opened.transfer.id },
      { broken: false, ...failure },
    );
    throw error;
  }
}

/**
 * Stages a few bytes for an import: the image is `uploading` when this returns, whatever its formats. `announced`: the
 * client said how many there are, which matters where there are none.
 */
export const stageImage =
  (ports: StoreWholePorts) =>
  (caller: Caller, id: string, bytes: Uint8Array, announced = true): Promise<Image> =>
    storeWhole(ports, caller, id, { bytes, announced, stage: true }, (circumstances, image, transfer, etag) =>
      staging(circumstances, image, { ...transfer, statement: { size: bytes.length } }, etag),
    );

/**
 * Stores a small image whole: it is active when this returns. The data is judged before anything is written, so
 * refused data leaves the image untouched. `announced` as for `stageImage`.
 */
export const uploadImage =
  (ports: StoreWholePorts & { readonly notify: Notify }) =>
  async (caller: Caller, id: string, bytes: Uint8Array, announced = true): Promise<Image> => {
    const { images, clock, settings, notify } = ports;
    const image = await visibleImage(images, caller, id);
    enforce("upload_image", caller, image);
    statusOfUpload(image, { size: bytes.length, announced, stage: false }, clock(), settings);
    const virtual_size = await inspectBytes(image, bytesSource(bytes), settings).catch(
      async (error: Error) => {
        await notify(id, uploadFailed(id, error.message));
        throw error;
      },
    );
    const stored = {
      size: bytes.length,
      checksum: hex("md5", bytes),
      os_hash_value: hex("sha512", bytes),
      virtual_size,
      integrity: { verified_at: clock().toISOString() },
    };

    const received = { bytes, announced, stage: false };
    return storeWhole(ports, caller, id, received, (circumstances, saving, transfer, etag) =>
      activation(circumstances, saving, transfer, { ...stored, etag }, true),
    );
  };
