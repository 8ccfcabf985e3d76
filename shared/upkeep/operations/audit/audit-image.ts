import { type Image, locationAt } from "../../../images/domain/image.ts";
import type { HashProgress } from "../../../images/domain/transfer.ts";
import { isStill, type QuarantinePorts } from "../../../images/operations/integrity/quarantine-image.ts";
import { examineStored, RANGE_BYTES } from "../../../images/operations/transfers/examine-stored.ts";
import type { BlobStore } from "../../../images/ports/blob-store.ts";
import type { ImageLists } from "../../../images/ports/image-store.ts";
import type { Stores } from "../../../images/ports/stores.ts";
import type { Settings } from "../../../settings.ts";
import { CheckpointMoved, type Checkpoints } from "../../ports/checkpoints.ts";
import type { ChecksumAlgorithm, ChecksumList } from "../../ports/checksum-jobs.ts";
import type { JobRun } from "../job-run.ts";
import type { Pace, Sleep } from "../pace.ts";
import type { Pass } from "../pass.ts";
import { compareHashes, settleDamaged, settleRight } from "./settle-audit.ts";

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
  /** How far into the next one. */
  readonly hashing?: HashProgress & { readonly key: string };
  /** Of the images after `after`; only where the store computes checksums. */
  readonly job?: JobCursor;
  /** Images taken out of use since the pass began, or since the job was released. */
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

const LEAST_RANGE = 1024 ** 2;
/** One read is at most this much of the rate, so that a slow rate is kept evenly. */
const RANGE_SECONDS = 10;

export type AuditOutcome = "done" | "damaged" | "quarantined" | "unfinished";

/** One run over the images: what it needs at every step. */
export interface Walk {
  readonly ports: DeepAuditPorts;
  readonly run: JobRun;
  readonly pass: Pass<AuditCursor>;
  readonly pace: Pace;
}

export interface AuditSubject {
  readonly imageId: string;
  /** Its bytes when it was listed: others are another audit's. */
  readonly key: string;
  /** Whether the bytes of this image are known to be right without being read. */
  readonly isProved?: (image: Image) => boolean;
}

/** Reads one image's bytes and settles what they say. `unfinished`: the run is over, and its cursor is saved. */
export async function auditImage(
  { ports, run, pass, pace }: Walk,
  { imageId, key, isProved }: AuditSubject,
): Promise<AuditOutcome> {
  const { stores, images, settings } = ports;
  let looked: AuditOutcome = "done";
  let moved: CheckpointMoved | undefined;
  await run.consider({ kind: "image", id: imageId }, async () => {
    const image = await images.find(imageId);
    if (!isStill(image, key)) return undefined;
    if (isProved?.(image)) {
      if (!run.dryRun) await settleRight(ports, image, key, "s3-batch");
      return undefined;
    }
    const location = locationAt(image, key);
    if (!location) return undefined;
    const blobs = stores.of(location);
    const { size } = location;
    const { hashing } = pass.cursor;
    const spend = (bytes: number) => pace.spend({ bytes });
    const rangeBytes = Math.max(
      LEAST_RANGE,
      Math.min(RANGE_BYTES, settings.audit_deep_bytes_per_second * RANGE_SECONDS),
    );
    spend(Math.min(rangeBytes, size));
    const examination = await examineStored(
      blobs,
      { key, size },
      hashing?.key === key ? hashing : undefined,
      {
        rangeBytes,
        mayRead: async (bytes) => {
          if (!(await pace.wait(() => run.bounds.isLeft()))) return false;
          spend(bytes);
          return true;
        },
        save: async (progress) => {
          try {
            await pass.save({ ...pass.cursor, hashing: { ...progress, key } });
            return true;
          } catch (error) {
            if (!(error instanceof CheckpointMoved)) throw error;
            moved = error;
            return false;
          }
        },
      },
    );
    if (examination.outcome === "unfinished" || examination.outcome === "overtaken") {
      looked = "unfinished";
      return undefined;
    }
    const damage =
      examination.outcome === "damaged" ? examination.damage : compareHashes(image, key, examination.hashes);
    if (!damage) {
      const settle = () => settleRight(ports, image, key, "read");
      if (image.integrity.quarantined) {
        return { what: "end quarantine", why: "its bytes are right", evidence: { key }, act: settle };
      }
      if (!run.dryRun) await settle();
      return undefined;
    }
    if (!isStill(await images.find(image.id), key)) return undefined;
    looked = "damaged";
    const act = async () => {
      const outcome = await settleDamaged(ports, image, damage, { key, how: "read" });
      looked = outcome === "gone" ? "done" : outcome === "known" ? "damaged" : "quarantined";
      return outcome === "quarantined";
    };
    return { what: "quarantine image", why: damage.kind, evidence: damage.evidence, act };
  });
  if (moved) throw moved;
  return looked;
}
