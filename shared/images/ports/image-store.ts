import { BadRequest, Conflict, TooLarge } from "../../errors.ts";
import type { Deletion } from "../domain/deletion.ts";
import type { Image } from "../domain/image.ts";
import type { Member, MemberStatus } from "../domain/member.ts";
import type { SignedParts } from "../domain/signed-parts.ts";
import type { Transfer } from "../domain/transfer.ts";
import type { Change, Written } from "./change.ts";

/** Images that one partition of the index lists. */
export type ListScope =
  | { readonly kind: "owner"; readonly project: string }
  | { readonly kind: "public" }
  | { readonly kind: "community" }
  | { readonly kind: "everything" }
  /** Images shared with a project. An entry stays when the image is not `shared` any more, or is deleted. */
  | { readonly kind: "member"; readonly project: string; readonly status: MemberStatus | "all" };

export interface ImageListing {
  /** The union of these is walked; an image in several of them comes once. */
  readonly scopes: readonly ListScope[];
  readonly sortKey: "created_at" | "name";
  /**
   * Ties are broken by created_at, then id, in the same direction. No name comes before the empty one; names go by
   * code points.
   */
  readonly direction: "asc" | "desc";
  /** Only these images of the scopes: read directly, whatever the order. */
  readonly ids?: readonly string[];
  /** Only images of exactly these names; served by the name index whatever the order. */
  readonly names?: readonly string[];
  /** Start behind this image. */
  readonly after?: Pick<Image, "id" | "name" | "created_at">;
  /** Start with the images of `after`'s own sort value instead, for orders that break ties in another way. */
  readonly withTies?: boolean;
  /** How many images the reader probably takes: the size of the first read; later ones grow. */
  readonly expected: number;
}

/** What is shared with a project has no index by name: it is read whole and sorted, but only so much of it. */
export const MAX_SHARED_BY_NAME = 10_000;

export class TooManyShared extends BadRequest {
  constructor() {
    super(
      `More than ${MAX_SHARED_BY_NAME} images are shared with this project, too many to sort by name: ` +
        "sort by created_at, or leave them out with a visibility other than shared or all.",
    );
  }
}

/** Somebody else has written the image or transfer since it was read: read again and decide again. */
export class RevisionConflict extends Conflict {
  constructor() {
    super("The image was changed by another request at the same time; try again.");
  }
}

export class ImageIdTaken extends Conflict {
  constructor(id: string) {
    super(`Image ID ${id} already exists!`);
  }
}

/** More texts than a record of the database holds; operations refuse most of it before, and say by how much. */
export class ImageTooLarge extends TooLarge {
  constructor(cause: unknown) {
    super("The image has more properties and tags than can be kept: shorten or remove some.");
    this.cause = cause;
  }
}

/**
 * Images with their transfers, members, index entries, pending deletions and outbox. Every read is strongly consistent:
 * a client sees its own writes, in lists too. Ids may be any text that somebody has put into a path: those that nothing
 * has are absent, however long.
 */
export interface ImageStore {
  /** Deleted images included, until they are purged. */
  find(id: string): Promise<Image | undefined>;
  findWithTransfer(
    imageId: string,
    transferId: string,
  ): Promise<{ readonly image: Image | undefined; readonly transfer: Transfer | undefined }>;

  findMember(imageId: string, memberId: string): Promise<Member | undefined>;
  /** All members of an image, by their ids. Those of a deleted image are there until it is purged. */
  members(imageId: string): Promise<readonly Member[]>;

  /**
   * Writes the image with all other writes, the outbox entries and what the index must say of the image in one
   * transaction, on condition that image and transfer still have the revision of their `before`; where usage is
   * counted, the owners' usage as well, which follows from `before` and `after`.
   * Passing troubles of the database are retried, idempotently.
   * Throws RevisionConflict, ImageIdTaken, ImageTooLarge when the database could not hold it, and TooLarge for a limit
   * that would not be kept.
   */
  commit(change: Change): Promise<Written>;

  /** Extends a transfer's life. False when it is no longer open. Does not touch the image. */
  touch(transfer: Transfer, expiresAt: string): Promise<boolean>;
  /**
   * Records what URLs are about to be signed, and extends the transfer's life. False when it is no longer open, or
   * when somebody has recorded more since `transfer` was read: read again then. Does not touch the image.
   */
  saveSigned(transfer: Transfer, signed: SignedParts, expiresAt: string): Promise<boolean>;
  /**
   * Keeps how far hashing has come, unless it is further already: false then, and for an aborted transfer. Does not
   * touch the image. A write of this call whose answer was lost counts as one.
   */
  saveHashing(transfer: Transfer): Promise<boolean>;

  /** Ids of transfers that are not over, in no particular order, at most `limit`, starting behind `after`. */
  openTransfers(
    limit: number,
    after?: string,
  ): Promise<{
    readonly transfers: readonly { imageId: string; transferId: string }[];
    readonly next?: string;
  }>;

  findDeletion(id: string): Promise<Deletion | undefined>;
  /** Oldest first, at most `limit`; fewer only when there are no more, so that whoever asks sees all. */
  pendingDeletions(limit: number, after?: string): Promise<readonly Deletion[]>;
  /**
   * Takes a deletion in hand until then; false when another run has it, or when it is done. As long as a run ends
   * before its claim does, no two are ever at work on the same bytes, and none is when the record is gone.
   */
  claimDeletion(id: string, claim: { readonly now: Date; readonly until: Date }): Promise<boolean>;
  /** Forgets a deletion that is done. Idempotent. */
  removeDeletion(id: string): Promise<void>;
}

/** The lists of an image store: a port of its own, because few functions need it. Strongly consistent, too. */
export interface ImageLists {
  /**
   * Images in order, read as they are wanted. Each was in one of the scopes when it was read, deleted ones in none:
   * an entry that is not true any more is passed over. Throws TooManyShared.
   */
  list(listing: ImageListing): AsyncIterable<Image>;
}
