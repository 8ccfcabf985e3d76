import { readFile } from "node:fs/promises";
import { isJsonObject, type JsonObject } from "../../shared/json-object.ts";
import { ConfigurationError } from "../openstack/cloud-settings.ts";
import { isTransferId } from "../protocol/transfer-answers.ts";
import type { TransferGrant } from "../protocol/transfer-calls.ts";

/**
 * All that is needed to go on with a transfer, on any machine and without a login. `token` is a secret: tickets are
 * written to files that only their owner can read, or to where the user sends them.
 */
export interface Ticket {
  readonly version: 1;
  /** Base URL of the Image API. */
  readonly endpoint: string;
  readonly image_id: string;
  readonly transfer_id: string;
  readonly token: string;
  /** Bytes of the image; null for a stream. */
  readonly size: number | null;
  /** Bytes of a part. */
  readonly part_size: number;
}

/** A ticket beside what is known on this machine: the file it was begun with. */
export interface UploadState extends Ticket {
  /** Absolute. */
  readonly file: string;
  readonly mtime_ms: number;
  /** What the options said; undefined where an older imagectl began it. */
  readonly begun_with?: JsonObject | undefined;
  /** Who began it and where, as a digest: the same command line with another login means another upload. */
  readonly whose?: string | undefined;
}

/** What a ticket's transfer is addressed and authorised with. */
export const transferOf = (ticket: Ticket): TransferGrant => ({
  imageId: ticket.image_id,
  id: ticket.transfer_id,
  token: ticket.token,
});

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Throws ConfigurationError, with `source` in it, for anything that is no ticket. */
export function parseTicket(text: string, source: string): Ticket {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigurationError(`${source} is not a transfer ticket (no JSON)`);
  }
  const ticket = isJsonObject(value) ? value : {};
  const { version, endpoint, image_id, transfer_id, token, size, part_size } = ticket;
  const isWhole =
    version === 1 &&
    typeof endpoint === "string" &&
    /^https?:\/\//.test(endpoint) &&
    URL.canParse(endpoint) &&
    typeof image_id === "string" &&
    isTransferId(transfer_id) &&
    typeof token === "string" &&
    (size === null || isCount(size)) &&
    isCount(part_size) &&
    part_size > 0;
  if (!isWhole) throw new ConfigurationError(`${source} is not a transfer ticket`);
  return { version, endpoint, image_id, transfer_id, token, size, part_size };
}

/** A ticket from a file, or from standard input for `-`. */
export async function readTicket(path: string): Promise<Ticket> {
  try {
    return parseTicket(await readFile(path === "-" ? "/dev/stdin" : path, "utf8"), path);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`the ticket ${path} cannot be read`, { cause: error });
  }
}
