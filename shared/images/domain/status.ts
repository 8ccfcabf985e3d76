import { Conflict } from "../../errors.ts";

export const statuses = [
  "queued",
  "saving",
  "active",
  "killed",
  "deleted",
  "uploading",
  "importing",
  "pending_delete",
  "deactivated",
] as const;
export type ImageStatus = (typeof statuses)[number];

/**
 * The one table of legal status changes (docs/reference/image-api.md, "Status changes"); no write goes round it. Beyond
 * Glance's: a deactivated image may wait in `pending_delete`, and is deactivated again when it is restored.
 */
const successors: Readonly<Record<ImageStatus, readonly ImageStatus[]>> = {
  queued: ["saving", "uploading", "importing", "active", "deleted"],
  saving: ["active", "killed", "deleted", "queued"],
  uploading: ["importing", "queued", "deleted"],
  importing: ["active", "queued", "deleted"],
  active: ["pending_delete", "deleted", "deactivated"],
  killed: ["deleted"],
  pending_delete: ["deleted", "active", "deactivated"],
  deactivated: ["active", "deleted", "pending_delete"],
  deleted: [],
};

export class StatusTransition extends Conflict {
  /** `because` is put after Glance's words. */
  constructor(from: ImageStatus, to: ImageStatus, because?: string) {
    const words = `Image status transition from ${from} to ${to} is not allowed`;
    super(because === undefined ? words : `${words}: ${because}`);
  }
}

/** `to`, or a StatusTransition refusal when the table has no such change. Staying is always allowed. */
export function transition(from: ImageStatus, to: ImageStatus): ImageStatus {
  if (from !== to && !successors[from].includes(to)) throw new StatusTransition(from, to);
  return to;
}

export const mayBecome = (from: ImageStatus, to: ImageStatus): boolean => successors[from].includes(to);

/** Gone for every reader; the record is kept. */
export const isDeleted = (status: ImageStatus): boolean =>
  status === "deleted" || status === "pending_delete";

/**
 * The one way out of `deleted`, past the table on purpose: for an operator who recovers bytes that the store still
 * keeps. It ends in `pending_delete`, where nobody sees the image, and goes on from there like any restoration.
 */
export function recoveredStatus(from: ImageStatus): ImageStatus {
  if (from !== "deleted") throw new StatusTransition(from, "pending_delete");
  return "pending_delete";
}
