import { BadRequest, Conflict, TooLarge } from "../../errors.ts";
import type { Image } from "../domain/image.ts";
import type { MemberStatus } from "../domain/member.ts";
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
  /** Start after this image. */
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
 * Images, and the one way to write whatever belongs to them. Every read is strongly consistent: a client sees its own
 * writes, in lists too. Ids may be any text that somebody has put into a path: those that nothing has are absent,
 * however long.
 */
export interface ImageStore {
  /** Deleted images included, until they are purged. */
  find(id: string): Promise<Image | undefined>;
  /**
   * Writes the image with all other writes, the outbox entries and what the index must say of the image in one
   * transaction, on condition that image and transfer still have the revision of their `before`; where usage is
   * counted, the owners' usage as well, which follows from `before` and `after`.
   * Passing troubles of the database are retried, idempotently.
   * Throws RevisionConflict, ImageIdTaken, ImageTooLarge when the database could not hold it, and TooLarge for a limit
   * that would not be kept.
   */
  commit(change: Change): Promise<Written>;
}

/** The lists of an image store: a port of its own, because few functions need it. Strongly consistent, too. */
export interface ImageLists {
  /**
   * Images in order, read as they are wanted. Each was in one of the scopes when it was read, deleted ones in none:
   * an entry that is not true any more is passed over. Throws TooManyShared.
   */
  list(listing: ImageListing): AsyncIterable<Image>;
}
