import type { Image } from "../../../shared/images/domain/image.ts";
import type { ImageStatus } from "../../../shared/images/domain/status.ts";

/** Which status may follow which in one write, written down here once more: the code's own table is what is judged. */
const following: Readonly<Record<ImageStatus, readonly ImageStatus[]>> = {
  queued: ["saving", "uploading", "importing", "active", "deleted"],
  saving: ["active", "queued", "deleted"],
  uploading: ["importing", "queued", "deleted"],
  importing: ["active", "queued", "deleted"],
  active: ["deactivated", "pending_delete", "deleted"],
  deactivated: ["active", "pending_delete", "deleted"],
  pending_delete: ["active", "deactivated", "deleted"],
  // A recovery, whose first step nobody sees.
  deleted: ["pending_delete"],
  killed: [],
};

/** What is wrong with a write, by the status that the image had and has. */
export function illegalChange(before: Image | undefined, { id, status }: Image): string | undefined {
  const from = before?.status;
  if (from === undefined) return status === "queued" ? undefined : `${id} began as ${status}`;
  if (from === status || following[from].includes(status)) return undefined;
  return `${id} went from ${from} to ${status}`;
}
