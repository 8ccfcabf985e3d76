import type { TransferStatus } from "../protocol/transfer-answers.ts";
import { NO_PARTS, type TransferGrant } from "../protocol/transfer-calls.ts";
import type { TransferApi } from "./transfer-api.ts";

/** The transfer was aborted behind our back; `status.failure` says why where the API knows. */
export class TransferEnded extends Error {
  readonly status: TransferStatus;
  constructor(status: TransferStatus) {
    super(status.failure?.message ?? `the transfer is ${status.state}`);
    this.status = status;
  }
}

/** The state of a transfer without its parts. Counts as a use. Throws what the API's calls throw. */
export const showState = (
  api: TransferApi,
  transfer: TransferGrant,
  signal?: AbortSignal,
): Promise<TransferStatus> => api.show(transfer, NO_PARTS, signal);

/** Throws TransferEnded when the transfer takes no parts any more. Counts as a use. */
export async function assertOpen(
  api: TransferApi,
  transfer: TransferGrant,
  signal: AbortSignal,
): Promise<void> {
  const status = await showState(api, transfer, signal);
  if (status.state !== "open") throw new TransferEnded(status);
}
