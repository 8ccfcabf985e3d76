import { createHash } from "node:crypto";
import type { Caller } from "../domain/caller.ts";
import type { Image } from "../domain/image.ts";
import { transition } from "../domain/status.ts";
import { enforce } from "../policy/image-policy.ts";
import { activation } from "./activate-image.ts";
import { bytesSource, inspectBytes } from "./inspect-stored.ts";
import { checkUpload, type OpenTransferPorts, openTransfer } from "./open-transfer.ts";
import { releaseTransfer } from "./release-transfer.ts";
import { visibleImage } from "./visible-image.ts";

/** A killed function frees the image after this; storing a few megabytes takes far less. */
const LEASE_SECONDS = 60;

const hex = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest("hex");

/**
 * Stores a small image whole: it is active when this returns. The data is judged before anything is written, so
 * refused data leaves the image untouched; a failing store puts it back to queued.
 */
export const uploadImage =
  (ports: OpenTransferPorts) =>
  async (caller: Caller, id: string, bytes: Uint8Array): Promise<Image> => {
    const { images, blobs, clock, settings } = ports;
    const image = await visibleImage(images, caller, id);
    enforce("upload_image", caller, image);
    transition(image.status, "saving");
    checkUpload(image, bytes.length, clock(), settings);
    const virtual_size = await inspectBytes(image, bytesSource(bytes), settings);
    const stored = {
      size: bytes.length,
      checksum: hex("md5", bytes),
      os_hash_value: hex("sha512", bytes),
      virtual_size,
      integrity: { verified_at: clock().toISOString() },
    };

    const request = { size: bytes.length, leaseSeconds: LEASE_SECONDS, multipart: false };
    const { image: saving, transfer } = await openTransfer(ports)(caller, id, request);
    try {
      await blobs.put(transfer.key, bytes);
      const { image: active } = await images.commit(activation(ports, saving, transfer, stored, true));
      return active;
    } catch (error) {
      await releaseTransfer(ports)({ imageId: id, transferId: transfer.id }, { broken: false });
      throw error;
    }
  };
