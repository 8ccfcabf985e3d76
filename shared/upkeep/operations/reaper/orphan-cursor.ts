import type { Image } from "../../../images/domain/image.ts";

/** An object, or with `uploadId` a multipart upload, that nothing referred to when it was listed. */
export interface Candidate {
  readonly store: string;
  readonly key: string;
  readonly uploadId?: string;
  /** ISO 8601, by the store's clock. */
  readonly since: string;
}

/** What a walk over one store has counted. */
export interface StoreShare {
  readonly store: string;
  readonly objects: number;
  readonly orphanObjects: number;
}

/**
 * Where a pass stands. All candidates are counted before the first of them is deleted:
 *
 *     images ──► uploads ──► objects ──(brake)──► delete ──► end
 *                   ▲           │
 *                   └───────────┘ for each store
 */
export interface OrphanCursor {
  readonly stage: "images" | "uploads" | "objects" | "delete";
  readonly afterImage?: Pick<Image, "id" | "name" | "created_at">;
  /** In the stages uploads and objects: whose; absent: the first one's. */
  readonly store?: string;
  /** Where in that store. */
  readonly after?: string;
  /** Of the stores that are done. */
  readonly shares: readonly StoreShare[];
  /** Objects of images seen. */
  readonly objects: number;
  /** Objects with keys that this service does not make: left alone. */
  readonly foreign: number;
  readonly orphanObjects: number;
  readonly orphanUploads: number;
  /** The first of them, as many as may be deleted in one go. */
  readonly candidates: readonly Candidate[];
  /** How many of the candidates have been dealt with. */
  readonly done: number;
  /** How many of those were deleted. */
  readonly deleted: number;
}

export const startCursor: OrphanCursor = {
  stage: "images",
  objects: 0,
  foreign: 0,
  shares: [],
  orphanObjects: 0,
  orphanUploads: 0,
  candidates: [],
  done: 0,
  deleted: 0,
};

/** What a checkpoint can hold. */
export const MOST_CANDIDATES = 1000;
