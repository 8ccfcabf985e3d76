import { Conflict } from "../errors.ts";

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

/** The one table of legal status changes (images sheet 5); no write goes round it. */
const successors: Readonly<Record<ImageStatus, readonly ImageStatus[]>> = {
  queued: ["saving", "uploading", "importing", "active", "deleted"],
  saving: ["active", "killed", "deleted", "queued"],
  uploading: ["importing", "queued", "deleted"],
  importing: ["active", "queued", "deleted"],
  active: ["pending_delete", "deleted", "deactivated"],
  killed: ["deleted"],
  pending_delete: ["deleted", "active"],
  deactivated: ["active", "deleted"],
  deleted: [],
};

export class StatusTransition extends Conflict {
  constructor(from: ImageStatus, to: ImageStatus) {
    super(`Image status transition from ${from} to ${to} is not allowed`);
  }
}

/** `to`, or a StatusTransition refusal when the table has no such change. Staying is always allowed. */
export function transition(from: ImageStatus, to: ImageStatus): ImageStatus {
  if (from !== to && !successors[from].includes(to)) throw new StatusTransition(from, to);
  return to;
}
