import { UsageError } from "../command-line/failures.ts";
import { completionPoll } from "../limits.ts";
import { ConfigurationError } from "../openstack/cloud-settings.ts";
import { NO_PARTS } from "../protocol/transfer-calls.ts";
import { fields } from "../terminal/table.ts";
import { completeStated } from "../transfer/complete-transfer.ts";
import { findStored } from "../upload/run-transfer.ts";
import { readTicket, type Ticket, transferOf } from "../upload/ticket.ts";
import type { Context } from "./context.ts";
import { handOut } from "./create-transfer.ts";
import type { Result } from "./result.ts";
import { unfinishedUpload } from "./unfinished.ts";
import { upload } from "./upload.ts";

export interface TicketOptions {
  readonly ticket?: string;
  readonly out?: string;
}

/** The ticket that is named, or that of the unfinished upload of a file of this machine. */
async function ticketOf(
  context: Context,
  file: string | undefined,
  { ticket }: TicketOptions,
): Promise<Ticket> {
  if (ticket !== undefined) return readTicket(ticket);
  if (file === undefined) throw new UsageError("give --ticket FILE, or the file whose upload is unfinished");
  const state = await unfinishedUpload(context, file);
  if (!state)
    throw new ConfigurationError(`there is no unfinished upload of ${file} in ${context.state.path}`);
  return state;
}

/** `imagectl transfer ticket FILE`: hands an unfinished upload of this machine to another one. */
export const showTicket = async (context: Context, file: string, options: TicketOptions): Promise<Result> =>
  handOut(context, await ticketOf(context, file, {}), options.out);

/** `imagectl transfer show`: how far it is. */
export async function showTransfer(
  context: Context,
  file: string | undefined,
  options: TicketOptions,
): Promise<Result> {
  const ticket = await ticketOf(context, file, options);
  const api = await context.transfers(ticket.endpoint);
  const { view, stored } = await findStored(api, transferOf(ticket), context.signal);
  const storedBytes = [...stored.values()].reduce((sum, { size }) => sum + size, 0);
  const count = ticket.size === null ? undefined : Math.ceil(ticket.size / ticket.part_size);
  const missing = count === undefined ? [] : missingRanges(count, stored);
  const json = {
    image_id: ticket.image_id,
    transfer_id: ticket.transfer_id,
    state: view.state,
    image_status: view.imageStatus,
    size: view.size,
    part_size: ticket.part_size,
    stored_parts: stored.size,
    stored_bytes: storedBytes,
    missing_parts: view.state === "open" ? missing.join(",") : "",
    expires_at: view.expiresAt,
  };
  return { json, text: fields(json) };
}

function missingRanges(count: number, stored: ReadonlyMap<number, unknown>): string[] {
  const ranges: string[] = [];
  for (let first = 1; first <= count; first++) {
    if (stored.has(first)) continue;
    let last = first;
    while (last < count && !stored.has(last + 1)) last += 1;
    ranges.push(first === last ? String(first) : `${first}-${last}`);
    first = last;
  }
  return ranges;
}

/**
 * `imagectl transfer complete --ticket T [FILE]`: with the file its parts are compared with the stored ones, missing
 * ones are sent and its hashes stated; without it the service reads the image to compute them.
 */
export async function completeTicket(
  context: Context,
  file: string | undefined,
  options: TicketOptions,
): Promise<Result> {
  if (options.ticket === undefined) throw new UsageError("--ticket is missing");
  if (file !== undefined) return upload(context, file, { ticket: options.ticket });
  const ticket = await readTicket(options.ticket);
  const api = await context.transfers(ticket.endpoint);
  const transfer = transferOf(ticket);
  const { view, stored } = await findStored(api, transfer, context.signal);
  const parts = [...stored.values()].map(({ number, etag }) => ({ number, etag }));
  const sum = [...stored.values()].reduce((total, { size }) => total + size, 0);
  const size = ticket.size ?? view.size ?? sum;
  if (view.state !== "complete") {
    const statement = { size, ...(view.state === "open" ? { parts } : {}) };
    await completeStated(api, transfer, statement, completionPoll, context.signal);
  }
  const done = await api.view(transfer, NO_PARTS, context.signal);
  await context.state.remove(ticket.transfer_id);
  const json = { image_id: ticket.image_id, state: done.state, image_status: done.imageStatus, size };
  return { json, text: `image ${ticket.image_id} is ${done.imageStatus}` };
}

/** `imagectl transfer abort`: the image is queued again, what was stored is deleted. */
export async function abortTransfer(
  context: Context,
  file: string | undefined,
  options: TicketOptions,
): Promise<Result> {
  const ticket = await ticketOf(context, file, options);
  const api = await context.transfers(ticket.endpoint);
  await api.abort(transferOf(ticket), false, context.signal);
  await context.state.remove(ticket.transfer_id);
  const { image_id, transfer_id } = ticket;
  return {
    json: { image_id, transfer_id, state: "aborted" },
    text: `transfer ${transfer_id} is aborted; image ${image_id} is queued`,
  };
}
