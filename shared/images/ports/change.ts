import type { Notification } from "../../notifications/domain/notification.ts";
import type { Deletion } from "../domain/deletion.ts";
import type { Image } from "../domain/image.ts";
import type { KeptLimits } from "../domain/limits.ts";
import type { Member } from "../domain/member.ts";
import type { Task } from "../domain/task.ts";
import type { Transfer } from "../domain/transfer.ts";

/** `before` undefined: a new image. The store raises the revision itself. */
export interface ImageWrite {
  readonly before: Image | undefined;
  readonly after: Image;
}

/** `before` undefined: a new transfer. It has a revision of its own, which is checked as the image's is. */
export interface TransferWrite {
  readonly kind: "transfer";
  readonly before: Transfer | undefined;
  readonly after: Transfer;
}

/**
 * A member that comes (`before` undefined), changes, or goes (`after` undefined). It has no revision of its own: the
 * image's guards it, so each change of a member is a write of its image.
 */
export interface MemberWrite {
  readonly kind: "member";
  readonly before: Member | undefined;
  readonly after: Member | undefined;
}

/** Bytes that nobody refers to from this change on. */
export interface DeletionWrite {
  readonly kind: "deletion";
  readonly deletion: Deletion;
}

/** A task of the image: new (`before` undefined), or changed on condition of the revision that was read. */
export interface TaskWrite {
  readonly kind: "task";
  readonly before: Task | undefined;
  readonly after: Task;
}

/** What is written together with an image. A new kind comes here and into the table of each store. */
export type Write = TransferWrite | MemberWrite | DeletionWrite | TaskWrite;

/**
 * One atomic write: all of it or nothing. It is always of exactly one image, whose revision guards the rest; what the
 * lists and the owner's usage say of the image follows from its `before` and `after`.
 */
export interface Change {
  readonly image: ImageWrite;
  /** At most one transfer among them, and each task once. */
  readonly writes?: readonly Write[];
  readonly events?: readonly Notification[];
  /** Nothing is written when the project's usage would not be within these after it. */
  readonly limits?: KeptLimits;
}

/** What a change has written, with the revisions it has now. */
export interface Written {
  readonly image: Image;
  readonly transfer: Transfer | undefined;
}

export const deletionWrite = (deletion: Deletion): DeletionWrite => ({ kind: "deletion", deletion });

/** The deletions that a change writes. */
export const deletionsIn = ({ writes = [] }: Change): readonly Deletion[] =>
  writes.flatMap((write) => (write.kind === "deletion" ? [write.deletion] : []));

/** The transfer that a change writes. */
export const transferIn = ({ writes = [] }: Change): TransferWrite | undefined =>
  writes.find((write) => write.kind === "transfer");
