import { bytesText } from "../command-line/amounts.ts";
import { table } from "../terminal/table.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { TransferEnded } from "../transfer/transfer-state.ts";
import { findStored } from "../upload/run-transfer.ts";
import { transferOf, type UploadState } from "../upload/ticket.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

const LOOK_MS = 10_000;

/** How the service sees it: its state and the stored bytes; `over` when it knows it no more, null without an answer. */
async function seenThere(context: Context, state: UploadState) {
  try {
    const api = await context.transfers(state.endpoint);
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(LOOK_MS)]);
    const { view, stored } = await findStored(api, transferOf(state), signal);
    const storedBytes = [...stored.values()].reduce((sum, { size }) => sum + size, 0);
    return { state: view.state, stored_bytes: storedBytes, expires_at: view.expiresAt };
  } catch (error) {
    context.signal.throwIfAborted();
    const hasEnded = error instanceof TransferEnded || (error instanceof ApiRefused && error.status < 429);
    return { state: hasEnded ? "over" : null, stored_bytes: null, expires_at: null };
  }
}

/** `imagectl transfer list`: what this machine remembers of unfinished uploads, and how far they are. */
export async function listTransfers(context: Context): Promise<Result> {
  const remembered = await context.state.all();
  const transfers = await Promise.all(
    remembered.map(async (state) => ({
      file: state.file,
      image_id: state.image_id,
      transfer_id: state.transfer_id,
      endpoint: state.endpoint,
      size: state.size,
      begun_at: new Date(state.begun_ms).toISOString(),
      ...(await seenThere(context, state)),
    })),
  );
  if (transfers.length === 0) return { json: [], text: `no unfinished uploads in ${context.state.path}` };
  const rows = transfers.map(({ file, image_id, state, stored_bytes, size, begun_at }) => [
    file,
    image_id,
    state ?? "no answer",
    stored_bytes === null ? "" : `${bytesText(stored_bytes)} of ${bytesText(size ?? 0)}`,
    begun_at,
  ]);
  return { json: transfers, text: table(["file", "image", "state", "stored", "begun"], rows) };
}
