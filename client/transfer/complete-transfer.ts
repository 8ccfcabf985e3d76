import { jitterMs, pause, type RetryPolicy } from "../protocol/retry.ts";
import type { CompletionStatement, TransferGrant } from "../protocol/transfer-calls.ts";
import type { StreamDigest } from "./stream-upload.ts";
import { isPassing, type TransferApi } from "./transfer-api.ts";
import { showState, TransferEnded } from "./transfer-state.ts";

/**
 * States the whole image and waits until the transfer is complete, as long as `signal` allows: the completion itself
 * is not ended by it, and goes on without us once the API has taken it. `poll` paces the looks at it, without a limit.
 * Throws TransferEnded when it fails, the signal's reason, and what the API's calls throw.
 */
export async function completeStated(
  api: TransferApi,
  transfer: TransferGrant,
  statement: CompletionStatement,
  poll: RetryPolicy,
  signal: AbortSignal,
): Promise<void> {
  let state = await api.complete(transfer, statement);
  for (let look = 0; state !== "complete"; look++) {
    await pause(jitterMs(poll, look), signal);
    try {
      const status = await showState(api, transfer, signal);
      if (status.state === "aborted") throw new TransferEnded(status);
      state = status.state === "open" ? await api.complete(transfer, statement) : status.state;
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }
}

/** `completeStated` for whoever has seen all bytes: hashes and parts are stated with the size. */
export const completeTransfer = (
  api: TransferApi,
  transfer: TransferGrant,
  digest: Pick<StreamDigest, "bytes" | "md5" | "sha512" | "parts">,
  poll: RetryPolicy,
  signal: AbortSignal,
): Promise<void> => {
  const statement = {
    size: digest.bytes,
    checksum: digest.md5,
    os_hash_algo: "sha512",
    os_hash_value: digest.sha512,
    parts: digest.parts,
  } as const;
  return completeStated(api, transfer, statement, poll, signal);
};
