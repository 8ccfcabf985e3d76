import type { Clock } from "../../../clock.ts";
import { Conflict, Gone } from "../../../errors.ts";
import { renewedExpiry, type Transfer } from "../../domain/transfer.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";

export interface TransferUsePorts {
  readonly images: Pick<TransferStore, "touch">;
  readonly clock: Clock;
}

/** Throws Conflict for a transfer that is not open any more, Gone for one that nobody used in time. */
export function assertUsable(transfer: Transfer, now: Date): void {
  if (transfer.state !== "open") throw new Conflict(`The transfer is ${transfer.state}.`);
  if (transfer.expires_at <= now.toISOString()) {
    throw new Gone("The transfer has expired: nobody used it in time. Begin a new one.");
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
    assertUsable(transfer, now);
    const renewed = renewedExpiry(transfer, now);
    const gained = Date.parse(renewed) - Date.parse(transfer.expires_at);
    if (gained < transfer.lease_seconds * 250) return transfer.expires_at;
    if (!(await images.touch(transfer, renewed))) throw new Conflict("The transfer is not open any more.");
    return renewed;
  };
