import { BadRequest, Conflict, type GlanceError, TooLarge, Unavailable } from "../../../errors.ts";
import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";
import { overLimit, withLimits } from "../../domain/limits.ts";
import {
  lengthsText,
  type PartLengths,
  partLengths,
  totalBytes,
  withParts,
} from "../../domain/signed-parts.ts";
import { bytesOfTransfer, renewedExpiry, type Transfer } from "../../domain/transfer.ts";
import { noUsage } from "../../domain/usage.ts";
import type { Limits } from "../../ports/limits.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import { type PresigningStore, UploadGone } from "../../ports/presigning-store.ts";
import type { Stores } from "../../ports/stores.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import type { UsageStore } from "../../ports/usage-store.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { allParts } from "./all-parts.ts";
import {
  findTransfer,
  type TransferAccess,
  type TransferAccessPorts,
  type TransferRef,
} from "./transfer-access.ts";
import { assertUsable, type TransferUsePorts } from "./use-transfer.ts";

/** So many uploaders of one transfer may be told apart by who was first; each round lets one of them through. */
const ATTEMPTS = 50;
/** Signing comes after the count, by a clock that may differ. */
const CLOCK_SLACK_MS = 60_000;

export interface CountSignedPorts extends TransferUsePorts, TransferAccessPorts {
  readonly images: TransferStore & MemberStore;
  readonly stores: Stores<Pick<PresigningStore, "listParts">>;
  readonly limits: Limits;
  readonly usage: Pick<UsageStore, "read">;
  readonly settings: Settings;
}

export interface PartRequest {
  readonly number: number;
  readonly size: number;
}

/** The transfer that these parts were counted for, and when it expires now. */
export interface Counted {
  readonly transfer: Transfer;
  readonly expiresAt: string;
}

/** Why parts of so many bytes in all must not be signed; undefined when they may. */
async function refusal(
  { limits, usage, settings }: CountSignedPorts,
  { image, transfer }: { readonly image: Image; readonly transfer: Transfer },
  total: number,
): Promise<GlanceError | undefined> {
  const { size, part_size, signed } = transfer;
  if (size !== null) {
    if (total <= size) return undefined;
    return new BadRequest(
      `The transfer was opened for ${size} bytes, and with these parts ${total} would be signed or stored: ` +
        `ask for parts that make ${size} in all (${part_size} each, the last one with the rest). ` +
        `A part counts with the longest length that it has a URL for${signed ? `, until ${signed.until}` : ""}. ` +
        "For a larger image abort the transfer and open one of its size.",
    );
  }
  const { image_size_cap } = settings;
  if (total > image_size_cap) {
    return new TooLarge(
      `The image would have ${total} bytes with these parts; this service takes at most ${image_size_cap}: ask for less.`,
    );
  }
  const asked = transfer.stage
    ? { image_stage_total: total }
    : { image_size_total: total, user_storage_quota: total };
  const { limits: kept } = withLimits(image.owner, await limitsOf(limits, image), asked);
  const over = kept && overLimit(kept, await usage.read(kept.project), noUsage);
  if (!over) return undefined;
  return new TooLarge(
    `${over.message}\nThe image would have ${total} bytes with these parts: delete images of the project, or ask for less.`,
  );
}

async function storedLengths({ stores }: CountSignedPorts, transfer: Transfer): Promise<PartLengths> {
  const blobs = stores.of(bytesOfTransfer(transfer));
  const stored = await allParts(blobs, transfer.key, transfer.upload_id ?? "").catch((error: unknown) => {
    if (!(error instanceof UploadGone)) throw error;
    throw new Conflict("The transfer's parts are gone: abort it and begin a new one.");
  });
  return new Map(stored.map(({ number, size }) => [number, size]));
}

/** The lengths with the parts that are asked for. Throws BadRequest or TooLarge when they come to too much. */
async function lengthsWith(
  ports: CountSignedPorts,
  attempt: { readonly image: Image; readonly transfer: Transfer },
  parts: readonly PartRequest[],
  now: Date,
): Promise<PartLengths> {
  const { signed } = attempt.transfer;
  const before = partLengths(signed?.lengths ?? "");
  const after = withParts(before, parts);
  const total = totalBytes(after);
  // What has been signed before is signed again at any time, whatever has become of the room meanwhile.
  if (total === totalBytes(before)) return after;
  const refused = await refusal(ports, attempt, total);
  if (!refused) return after;
  if (!signed || signed.until > now.toISOString()) throw refused;
  // All URLs are over: those that nobody has used count no more.
  const anew = withParts(await storedLengths(ports, attempt.transfer), parts);
  const still = await refusal(ports, attempt, totalBytes(anew));
  if (still) throw still;
  return anew;
}

/**
 * Counts parts before they are signed, so that what is stored and what good URLs can store is never more than the
 * announced size; where none was announced, than `image_size_cap` and the project's room. Exact among uploaders at the
 * same time: the record is written on condition that nobody else has written it meanwhile. Extends the transfer's life
 * in the same write. Throws BadRequest, TooLarge, what `findTransfer` throws, Conflict or Gone for a transfer that is
 * not open, and Unavailable when too many others were faster.
 */
export const countSigned =
  (ports: CountSignedPorts) =>
  async (access: TransferAccess, ref: TransferRef, parts: readonly PartRequest[]): Promise<Counted> => {
    const { images, clock, settings } = ports;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const found = await findTransfer(ports)(access, ref);
      const { transfer } = found;
      const now = clock();
      assertUsable(transfer, now);
      if (transfer.upload_id === undefined)
        throw new BadRequest("An image of 0 bytes has no parts: complete the transfer.");
      const lengths = await lengthsWith(ports, found, parts, now);
      const until = now.getTime() + settings.upload_url_expires * 1000 + CLOCK_SLACK_MS;
      const signed = {
        version: (transfer.signed?.version ?? 0) + 1,
        lengths: lengthsText(lengths),
        until: new Date(until).toISOString(),
      };
      const expiresAt = renewedExpiry(transfer, now);
      if (await images.saveSigned(transfer, signed, expiresAt)) return { transfer, expiresAt };
    }
    throw new Unavailable("Too many uploaders ask for parts of this transfer at once; ask again.");
  };
