import { bytesOfTransfer, type Transfer } from "../../domain/transfer.ts";
import { type PresigningStore, type StoredPart, UploadGone } from "../../ports/presigning-store.ts";
import type { Stores } from "../../ports/stores.ts";
import {
  findTransfer,
  type TransferAccess,
  type TransferAccessPorts,
  type TransferRef,
  type TransferWithImage,
} from "./transfer-access.ts";
import { type TransferUsePorts, useTransfer } from "./use-transfer.ts";

export interface TransferView extends TransferWithImage {
  readonly parts: readonly StoredPart[];
  readonly nextMarker?: number;
}

/** Where a transfer stands and what S3 has of it, a page of 1,000 parts after `marker`. Counts as a use. */
export const showTransfer =
  (
    ports: TransferUsePorts &
      TransferAccessPorts & { readonly stores: Stores<Pick<PresigningStore, "listParts">> },
  ) =>
  async (access: TransferAccess, ref: TransferRef, marker: number | undefined): Promise<TransferView> => {
    const { image, transfer } = await findTransfer(ports)(access, ref);
    if (transfer.state !== "open") return { image, transfer, parts: [] };
    const expires_at = await useTransfer(ports)(transfer);
    const used: Transfer = { ...transfer, expires_at };
    if (transfer.upload_id === undefined) return { image, transfer: used, parts: [] };
    try {
      const blobs = ports.stores.of(bytesOfTransfer(transfer));
      const { parts, next } = await blobs.listParts(transfer.key, transfer.upload_id, marker);
      return { image, transfer: used, parts, ...(next === undefined ? {} : { nextMarker: next }) };
    } catch (error) {
      // Completed or aborted between the two reads: what the transfer says then is the answer.
      if (!(error instanceof UploadGone)) throw error;
      const later = await findTransfer(ports)(access, ref);
      if (later.transfer.state === "open") throw error;
      return { ...later, parts: [] };
    }
  };
