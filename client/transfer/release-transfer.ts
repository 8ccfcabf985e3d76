import { ApiRefused, type TransferApi, type TransferGrant } from "./transfer-api.ts";
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
    // 401 and 403: the transfer's token has expired, and the transfer with it.
    if (error instanceof ApiRefused && [401, 403, 404, 410].includes(error.status)) return "gone";
    throw error;
  }
}
