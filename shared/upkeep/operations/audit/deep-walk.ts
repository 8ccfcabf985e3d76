import type { Image } from "../../../images/domain/image.ts";
import type { HashProgress } from "../../../images/domain/transfer.ts";
import type { QuarantinePorts } from "../../../images/operations/integrity/quarantine-image.ts";
import type { BlobStore } from "../../../images/ports/blob-store.ts";
import type { ImageLists } from "../../../images/ports/image-store.ts";
import type { Stores } from "../../../images/ports/stores.ts";
import type { Settings } from "../../../settings.ts";
import type { Checkpoints } from "../../ports/checkpoints.ts";
import type { ChecksumAlgorithm, ChecksumList } from "../../ports/checksum-jobs.ts";
import type { JobRun } from "../job-run.ts";
import type { Pace, Sleep } from "../pace.ts";
import type { Pass } from "../pass.ts";

export interface DeepAuditPorts extends QuarantinePorts {
  readonly lists: ImageLists;
  readonly stores: Stores<Pick<BlobStore, "read" | "head">>;
  readonly checkpoints: Checkpoints;
  readonly settings: Settings;
  readonly sleep: Sleep;
}

/** What the store has been asked to compute. */
export interface JobCursor extends ChecksumList {
  /** Absent until it is known to have begun. */
  readonly id?: string;
  readonly algorithm: ChecksumAlgorithm;
  /** ISO 8601. */
  readonly since: string;
  /** How many entries of its report are settled. */
  readonly settled: number;
  /** The cursor after all of them; stored by earlier versions under this name. */
  readonly behind: Pick<AuditCursor, "after" | "objects" | "bytes" | "overdue">;
  /** No image comes after them. */
  readonly isLast: boolean;
}

/** Where a pass stands. */
export interface AuditCursor {
  /** An operator asked for it: everything is read, however lately it was. */
  readonly all: boolean;
  /** The last image that is done. */
  readonly after?: Pick<Image, "id" | "name" | "created_at">;
  /** How far into a copy of the next one; of the first store, where it names none. */
  readonly hashing?: HashProgress & { readonly key: string; readonly store?: string };
  /** Of the next one, when it has several: those that were looked at, and whether all of them could be. */
  readonly copies?: { readonly seen: readonly string[]; readonly isWhole: boolean };
  /** Of the images after `after`; only where the store computes checksums. */
  readonly job?: JobCursor;
  /** Images with bytes taken out of use since the pass began, or since the job was released. */
  readonly quarantined: number;
  /** Of all images with data: what the interval's withLimits is judged by. */
  readonly objects: number;
  readonly bytes: number;
  readonly overdue: number;
}
/** To be raised when AuditCursor changes. */
export const SCHEMA_VERSION = 1;
export const start = (all: boolean): AuditCursor => ({
  all,
  quarantined: 0,
  objects: 0,
  bytes: 0,
  overdue: 0,
});

export type AuditOutcome = "done" | "damaged" | "quarantined" | "unfinished";

/** One run over the images: what it needs at every step. */
export interface Walk {
  readonly ports: DeepAuditPorts;
  readonly run: JobRun;
  readonly pass: Pass<AuditCursor>;
  readonly pace: Pace;
}
