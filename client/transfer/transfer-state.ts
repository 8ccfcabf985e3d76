import type { TransferStatus } from "./transfer-answers.ts";
import type { TransferApi, TransferGrant } from "./transfer-api.ts";

/** The transfer was aborted behind our back; `status.failure` says why where the API knows. */
export class TransferEnded extends Error {
  readonly status: TransferStatus;
  constructor(status: TransferStatus) {
    super(status.failure?.message ?? `the transfer is ${status.state}`);
    this.status = status;
  }
}

/** Above every part number: the answer is the state alone, without a list of parts. */
const NO_PARTS = 10_000;

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
