import type { WorkQueue } from "../../../../aws/work-queue.ts";
import type { FindingEvidence } from "../../../../images/domain/finding.ts";
import type { QuarantinePorts } from "../../../../images/operations/integrity/quarantine-image.ts";
import type { BlobStore } from "../../../../images/ports/blob-store.ts";
import type { ImageRecords } from "../../../../images/ports/image-records.ts";
import type { ImageLists } from "../../../../images/ports/image-store.ts";
import type { Stores } from "../../../../images/ports/stores.ts";
import type { UsageStore } from "../../../../images/ports/usage-store.ts";
import type { Settings } from "../../../../settings.ts";
import type { Checkpoints } from "../../../ports/checkpoints.ts";
import type { Orphans } from "../../../ports/orphans.ts";
import { isOld, youngSince } from "../../reaper/age.ts";
import type { WalkCursor, WalkPorts } from "../../records/walk-records.ts";
import type { FencePorts } from "../../restore-fence.ts";

export interface LightAuditPorts extends WalkPorts, QuarantinePorts, FencePorts {
  readonly images: ImageRecords;
  readonly lists: ImageLists;
  readonly stores: Stores<Pick<BlobStore, "head">>;
  readonly orphans: Orphans;
  readonly queue: WorkQueue;
  readonly checkpoints: Checkpoints;
  /** Absent where usage is not counted. */
  readonly usage?: UsageStore;
  readonly settings: Pick<
    Settings,
    "audit_light_interval" | "audit_light_objects_per_second" | "audit_quarantine_max"
  >;
}

/** Where a pass stands: `records ──► usage ──► end`, so that usage is compared with lists that are in order. */
export interface LightCursor extends WalkCursor {
  readonly stage: "records" | "usage";
  /** Images taken out of use since the pass began, or since the job was released. */
  readonly quarantined: number;
}

/** Counts the images that a pass takes out of use, and lets no more through than `most`. */
export class QuarantineBrake {
  taken: number;
  readonly #most: number;

  constructor(taken: number, most: number) {
    this.taken = taken;
    this.#most = most;
  }

  get isOn(): boolean {
    return this.taken >= this.#most;
  }

  /** Whether `work` has taken an image out of use; false without doing it while the brake is on. */
  async pass(work: () => Promise<boolean>): Promise<boolean> {
    if (this.isOn) return false;
    this.taken++;
    let isTaken = false;
    try {
      isTaken = await work();
    } finally {
      if (!isTaken) this.taken--;
    }
    return isTaken;
  }
}

/** What one run hands from check to check. */
export interface LightAudit {
  readonly ports: LightAuditPorts;
  readonly brake: QuarantineBrake;
  /** False beside a bucket that the table does not know as it is: what would make bytes be deleted is only reported. */
  readonly mayDelete: boolean;
  /** Of things that wait for a person. */
  readonly found: () => void;
}

const GRACE_MS = 5 * 60_000;

/**
 * Whether it may be changing at this moment, whichever clock is an hour wrong: the next pass looks at it. Of unknown
 * age is young.
 */
export const isYoung = ({ clock }: Pick<LightAuditPorts, "clock">, at: string): boolean =>
  !isOld(at, youngSince(clock(), GRACE_MS));

interface Found {
  readonly kind: string;
  readonly subject: string;
  readonly imageId: string | null;
  readonly key?: string;
  readonly evidence: FindingEvidence;
}

/**
 * Records what was found: after the change that mended it, so that nothing is recorded that was not so. A run
 * killed between the two leaves the change alone.
 */
export async function report(
  { ports, found }: LightAudit,
  { kind, subject, imageId, key, evidence }: Found,
  state: "open" | "mended",
): Promise<void> {
  const { finding } = await ports.findings.record(
    {
      kind,
      subject,
      image_id: imageId,
      object_key: key ?? null,
      evidence,
      state,
      acted: state === "mended",
    },
    ports.clock(),
  );
  if (finding.state === "open") found();
}
