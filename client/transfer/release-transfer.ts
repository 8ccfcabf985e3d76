import { isGoneStatus } from "../protocol/answer-status.ts";
import type { TransferGrant } from "../protocol/transfer-calls.ts";
import { ApiRefused, type TransferApi } from "./transfer-api.ts";
import { showState } from "./transfer-state.ts";

/**
 * Gives an image free whose upload is not going on: aborts the transfer if it is still open. One that is completing
 * is left to the server, which has all bytes then and brings it to its end. Resolves to what was found or done;
 * throws what the API's calls throw.
 */
export async function releaseTransfer(
  api: TransferApi,
  transfer: TransferGrant,
  broken: boolean,
  signal: AbortSignal,
): Promise<"aborted" | "completing" | "complete" | "gone"> {
  try {
    const { state } = await showState(api, transfer, signal);
    if (state === "open") await api.abort(transfer, broken, signal);
    return state === "open" ? "aborted" : state;
  } catch (error) {
    if (error instanceof ApiRefused && isGoneStatus(error.status)) return "gone";
    throw error;
  }
}
