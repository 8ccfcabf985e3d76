import { createHash } from "node:crypto";
import type { WorkQueue } from "../../../aws/work-queue.ts";
import type { Caller } from "../../../caller.ts";
import { Conflict, GlanceError } from "../../../errors.ts";
import type { Notify } from "../../../notifications/operations/notify.ts";
import { isSameSignature } from "../../../signatures/image-signature.ts";
import { digestNameOf } from "../../../signatures/signature-algorithms.ts";
import type { Image } from "../../domain/image.ts";
import { uploadFailed } from "../../domain/image-events.ts";
import { bytesOfTransfer, type Transfer } from "../../domain/transfer.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { Change } from "../../ports/change.ts";
import type { PresigningStore } from "../../ports/presigning-store.ts";
import type { Stores } from "../../ports/stores.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { imageSignature, signerOf } from "../signatures/signer-of.ts";
import { verifySigned } from "../signatures/verify-signed.ts";
import { storeOfUpload, wantedStore } from "../stores/choose-store.ts";
import { visibleImage } from "../visible-image.ts";
import { activation, type Circumstances, staging } from "./activate-image.ts";
import { awaitPlaced, toBePlaced } from "./await-placed.ts";
import { bytesSource, inspectBytes } from "./inspect-stored.ts";
import {
  type OpenTransferPorts,
  openTransfer,
  statusOfUpload,
  type TransferRequest,
} from "./open-transfer.ts";
import { releaseTransfer } from "./release-transfer.ts";

interface StoreWholePorts extends OpenTransferPorts {
  readonly stores: Stores<Pick<PresigningStore, "createUpload" | "abortUpload" | "put">>;
}

/** A killed function frees the image after this; storing a few megabytes takes far less. */
const LEASE_SECONDS = 60;

const hex = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest("hex");

/** What a request brought. */
export interface Received {
  readonly bytes: Uint8Array;
  /** The client said how many bytes there are, which matters where there are none. */
  readonly announced: boolean;
}

/** Opens an attempt, stores the bytes and writes what `finish` says; a failing store puts the image back to queued. */
async function storeWhole(
  ports: StoreWholePorts,
  caller: Caller,
  id: string,
  { bytes, ...received }: Received & Pick<TransferRequest, "stage" | "store" | "verifiedBy">,
  finish: (circumstances: Circumstances, image: Image, transfer: Transfer, etag: string) => Change,
): Promise<Image> {
  const size = bytes.length;
  const request = { ...received, size, leaseSeconds: LEASE_SECONDS, multipart: false };
  const opened = await openTransfer(ports)(caller, id, request);
  try {
    const blobs = ports.stores.of(bytesOfTransfer(opened.transfer));
    const etag = await blobs.put(opened.transfer.key, bytes);
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

/** Stages a few bytes for an import: the image is `uploading` when this returns, whatever its formats. */
export const stageImage =
  (ports: StoreWholePorts) =>
  (caller: Caller, id: string, bytes: Uint8Array, announced = true): Promise<Image> =>
    storeWhole(ports, caller, id, { bytes, announced, stage: true }, (circumstances, image, transfer, etag) =>
      staging(circumstances, image, { ...transfer, statement: { size: bytes.length } }, etag),
    );

/** Verifies the signature of an image that has one: whose it is, and what is worth keeping of it. */
async function verifyBytes(ports: OpenTransferPorts, image: Image, bytes: Uint8Array) {
  const signer = await signerOf(ports)(image);
  const evidence =
    signer && verifySigned(image.id, signer, hex(digestNameOf(signer.hash_method), bytes), ports.clock());
  return { signer, evidence };
}

/**
 * Stores a small image whole: it is active when this returns, or soon after where a worker has to bring it to its store.
 * The data, and its signature, is judged before anything is
 * written, so refused data leaves the image untouched; so does a store that is not there or takes nothing.
 */
export const uploadImage =
  (
    ports: StoreWholePorts & {
      readonly notify: Notify;
      readonly queue: Pick<WorkQueue, "place">;
      /** How long to wait for a worker, for tests. */
      readonly patienceMs?: number;
    },
  ) =>
  async (caller: Caller, id: string, bytes: Uint8Array, announced = true, store?: string): Promise<Image> => {
    const { images, configured, clock, settings, notify, queue, patienceMs } = ports;
    wantedStore(configured, store);
    const image = await visibleImage(images, caller, id);
    enforce("upload_image", caller, image);
    statusOfUpload(image, { size: bytes.length, announced, stage: false }, clock(), settings);
    storeOfUpload(configured, { store, stage: false });
    const tellOf = async (error: Error) => {
      await notify(id, uploadFailed(id, error.message));
      throw error;
    };
    const virtual_size = await inspectBytes(image, bytesSource(bytes), settings).catch(tellOf);
    const { signer, evidence } = await verifyBytes(ports, image, bytes).catch(tellOf);
    const stored = {
      size: bytes.length,
      checksum: hex("md5", bytes),
      os_hash_value: hex("sha512", bytes),
      virtual_size,
      integrity: { verified_at: clock().toISOString(), ...(evidence && { signature: evidence }) },
    };

    const received = { bytes, announced, store, stage: false, verifiedBy: signer };
    const taken = await storeWhole(ports, caller, id, received, (circumstances, saving, transfer, etag) => {
      if (!isSameSignature(imageSignature(saving), signer)) {
        throw new Conflict(
          "The image's properties of a signature were changed during the upload; upload it again.",
        );
      }
      return transfer.place_in === undefined
        ? activation(circumstances, saving, transfer, { ...stored, etag }, true)
        : toBePlaced(saving, transfer, stored);
    });
    if (taken.transfer_id === null) return taken;
    const ref = { imageId: id, transferId: taken.transfer_id };
    // Lost, the reaper sends another.
    await queue.place(ref, 0).catch(() => undefined);
    return awaitPlaced(images, ref, { patienceMs });
  };
