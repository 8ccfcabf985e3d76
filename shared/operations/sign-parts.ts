import { MAX_PART_BYTES, MAX_PARTS } from "../domain/part-plan.ts";
import { renewedExpiry, type Transfer } from "../domain/transfer.ts";
import { BadRequest, Conflict, Gone } from "../errors.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { Settings } from "../settings.ts";
import { type AttemptRef, findAttempt, type TransferAccess } from "./transfer-access.ts";

/** 10,000 signed URLs would not fit Lambda's 6 MB answer. */
const MAX_BATCH = 1000;

export interface PartRequest {
  readonly number: number;
  readonly size: number;
}

export interface SignedPart extends PartRequest {
  readonly url: string;
}

export interface TransferUsePorts {
  readonly images: ImageStore;
  readonly clock: Clock;
}

const isWhole = (value: unknown, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;

function checkParts(parts: readonly PartRequest[]): void {
  if (parts.length === 0 || parts.length > MAX_BATCH) {
    throw new BadRequest(`Ask for 1 to ${MAX_BATCH} parts at a time.`);
  }
  for (const { number, size } of parts) {
    if (!isWhole(number, 1, MAX_PARTS))
      throw new BadRequest(`Part numbers are 1 to ${MAX_PARTS}, not ${number}.`);
    if (!isWhole(size, 1, MAX_PART_BYTES)) {
      throw new BadRequest(`Part ${number} has a size of ${size}; a part has 1 to ${MAX_PART_BYTES} bytes.`);
    }
  }
}

/**
 * Extends the transfer's life by its lease: every use counts. Most uses write nothing: a lease is renewed only
 * when a quarter of it has gone. Throws Conflict or Gone when it is not open any more.
 */
export const useTransfer =
  ({ images, clock }: TransferUsePorts) =>
  async (transfer: Transfer): Promise<string> => {
    const now = clock();
    if (transfer.state !== "open") throw new Conflict(`The transfer is ${transfer.state}.`);
    if (transfer.expires_at <= now.toISOString()) {
      throw new Gone("The transfer has expired: nobody used it in time. Begin a new one.");
    }
    const renewed = renewedExpiry(transfer, now);
    const gained = Date.parse(renewed) - Date.parse(transfer.expires_at);
    if (gained < transfer.lease_seconds * 250) return transfer.expires_at;
    if (!(await images.touch(transfer, renewed))) throw new Conflict("The transfer is not open any more.");
    return renewed;
  };

/** URLs for parts in any order, any number of times; each is good for one length only. */
export const signParts =
  (ports: TransferUsePorts & { readonly blobs: BlobStore; readonly settings: Settings }) =>
  async (access: TransferAccess, ref: AttemptRef, parts: readonly PartRequest[]) => {
    checkParts(parts);
    const { transfer } = await findAttempt(ports)(access, ref);
    const expiresAt = await useTransfer(ports)(transfer);
    const { key, upload_id } = transfer;
    if (upload_id === undefined)
      throw new BadRequest("An image of 0 bytes has no parts: complete the transfer.");
    const { upload_url_expires } = ports.settings;
    const signedAt = ports.clock().getTime();
    const signed: SignedPart[] = await Promise.all(
      parts.map(async ({ number, size }) => ({
        number,
        size,
        url: await ports.blobs.signPart(key, upload_id, number, size, upload_url_expires),
      })),
    );
    const urls_expire_at = new Date(signedAt + upload_url_expires * 1000).toISOString();
    return { parts: signed, expires_at: expiresAt, urls_expire_at };
  };
