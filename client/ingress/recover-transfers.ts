import type { Connections } from "../transfer/connections.ts";
import { releaseTransfer } from "../transfer/release-transfer.ts";
import { createTransferApi } from "../transfer/transfer-api.ts";
import type { Journal, JournalEntry } from "./journal.ts";
import type { Limits } from "./limits.ts";
import type { Log } from "./log.ts";

export interface RecoveryContext {
  readonly journal: Journal;
  readonly connections: Connections;
  readonly limits: Limits;
  readonly log: Log;
}

/**
 * Aborts what a killed predecessor left open, so that its images take uploads again at once; each within
 * `releaseMs`. A failure keeps the journal's entry for the next start; the lease frees the image meanwhile.
 */
export async function recoverTransfers({
  journal,
  connections,
  limits,
  log,
}: RecoveryContext): Promise<void> {
  const recoverOne = async (entry: JournalEntry) => {
    const fields = { image_id: entry.imageId, transfer_id: entry.id };
    const api = createTransferApi({
      endpoint: entry.endpoint,
      connections,
      retry: limits.apiRetry,
      idleMs: limits.apiIdleMs,
      headers: { accept: "application/json" },
    });
    try {
      const outcome = await releaseTransfer(api, entry, true, AbortSignal.timeout(limits.releaseMs));
      await journal.remove(entry.id);
      log("recovered", { ...fields, outcome });
    } catch (error) {
      log("recovery_failed", { ...fields, reason: error instanceof Error ? error.message : String(error) });
    }
  };
  await Promise.all((await journal.leftOver()).map(recoverOne));
}
