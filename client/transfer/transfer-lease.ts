import type { TransferGrant } from "../protocol/transfer-calls.ts";
import { Lease } from "./lease.ts";
import { isPassing, type TransferApi } from "./transfer-api.ts";
import { assertOpen } from "./transfer-state.ts";

export interface TransferLeaseOptions {
  readonly api: TransferApi;
  readonly transfer: TransferGrant;
  readonly everyMs: number;
  /** Aborted, with the reason, when the transfer turns out to be lost. */
  readonly stop: AbortController;
  readonly signal: AbortSignal;
}

/** Keeps a transfer alive by looking at it, and ends what uses it as soon as it takes no parts any more. */
export const transferLease = ({ api, transfer, everyMs, stop, signal }: TransferLeaseOptions): Lease =>
  new Lease(async () => {
    await assertOpen(api, transfer, signal).catch((error: unknown) => {
      if (!isPassing(error)) stop.abort(error);
    });
  }, everyMs);
