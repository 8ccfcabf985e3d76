import { MAX_PART_BYTES, MAX_PARTS } from "../../../aws/multipart-limits.ts";
import { BadRequest } from "../../../errors.ts";
import { bytesOfTransfer } from "../../domain/transfer.ts";
import type { PresigningStore } from "../../ports/presigning-store.ts";
import type { Stores } from "../../ports/stores.ts";
import { type CountSignedPorts, countSigned, type PartRequest } from "./count-signed.ts";
import type { TransferAccess, TransferRef } from "./transfer-access.ts";

/** 10,000 signed URLs would not fit Lambda's 6 MB answer. */
const MAX_BATCH = 1000;

export interface SignedPart extends PartRequest {
  readonly url: string;
}

interface SignPartsPorts extends CountSignedPorts {
  readonly stores: Stores<Pick<PresigningStore, "listParts" | "signPart">>;
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
 * URLs for parts in any order, any number of times; each is good for one length only. All of the parts or none: together
 * with what was signed or stored before they must not exceed what `countSigned` allows, whose errors come through.
 */
export const signParts =
  (ports: SignPartsPorts) =>
  async (access: TransferAccess, ref: TransferRef, parts: readonly PartRequest[]) => {
    checkParts(parts);
    const { transfer, expiresAt } = await countSigned(ports)(access, ref, parts);
    const { key, upload_id = "" } = transfer;
    const blobs = ports.stores.of(bytesOfTransfer(transfer));
    const { upload_url_expires } = ports.settings;
    const signedAt = ports.clock().getTime();
    const signed: SignedPart[] = await Promise.all(
      parts.map(async ({ number, size }) => ({
        number,
        size,
        url: await blobs.signPart(key, upload_id, number, size, upload_url_expires),
      })),
    );
    const urls_expire_at = new Date(signedAt + upload_url_expires * 1000).toISOString();
    return { parts: signed, expires_at: expiresAt, urls_expire_at };
  };
