import type { Damage } from "../../../images/domain/damage.ts";
import { type Image, isSameBytes, locationAt } from "../../../images/domain/image.ts";
import { FIRST_STORE, type Location, type StoredBytes } from "../../../images/domain/location.ts";
import { compareHashes } from "../../../images/operations/integrity/compare-hashes.ts";
import {
  type DamageOutcome,
  hasOtherGoodCopy,
  isStill,
} from "../../../images/operations/integrity/quarantine-image.ts";
import {
  examineStored,
  RANGE_BYTES,
  type StoredExamination,
} from "../../../images/operations/transfers/examine-stored.ts";
import { CheckpointMoved } from "../../ports/checkpoints.ts";
import type { Decision } from "../job-run.ts";
import type { AuditOutcome, Walk } from "./deep-walk.ts";
import { type Look, settleDamaged, settleRight } from "./settle-audit.ts";

const LEAST_RANGE = 1024 ** 2;
/** One read is at most this much of the rate, so that a slow rate is kept evenly. */
const RANGE_SECONDS = 10;

export interface AuditedCopy {
  readonly imageId: string;
  /** Its bytes when it was listed: others are another audit's. */
  readonly bytes: StoredBytes;
  /** No other copy of the image is left to look at, and all others could be. */
  readonly isWhole: boolean;
  /** Whether the bytes of this image are known to be right without being read. */
  readonly isProved?: (image: Image) => boolean;
}

/** Reads a copy below both rates; its place is saved as it comes on. Throws CheckpointMoved. */
async function examine(
  { ports, run, pass, pace }: Walk,
  { store, key, size }: Location,
): Promise<StoredExamination> {
  let moved: CheckpointMoved | undefined;
  const { hashing } = pass.cursor;
  const isBegun = hashing !== undefined && isSameBytes({ store: FIRST_STORE, ...hashing }, { store, key });
  const spend = (bytes: number) => pace.spend({ bytes });
  const rangeBytes = Math.max(
    LEAST_RANGE,
    Math.min(RANGE_BYTES, ports.settings.audit_deep_bytes_per_second * RANGE_SECONDS),
  );
  spend(Math.min(rangeBytes, size));
  const examination = await examineStored(
    ports.stores.of({ store }),
    { key, size },
    isBegun ? hashing : undefined,
    {
      rangeBytes,
      mayRead: async (bytes) => {
        if (!(await pace.wait(() => run.bounds.isLeft()))) return false;
        spend(bytes);
        return true;
      },
      save: async (progress) => {
        try {
          await pass.save({ ...pass.cursor, hashing: { ...progress, store, key } });
          return true;
        } catch (error) {
          if (!(error instanceof CheckpointMoved)) throw error;
          moved = error;
          return false;
        }
      },
    },
  );
  if (moved) throw moved;
  return examination;
}

const outcomes: Readonly<Record<DamageOutcome, AuditOutcome>> = {
  gone: "done",
  known: "damaged",
  copy: "quarantined",
  quarantined: "quarantined",
};

/** Reads one copy of an image and settles what it says. `unfinished`: the run is over, and its cursor is saved. */
export async function auditCopy(
  walk: Walk,
  { imageId, bytes, isWhole, isProved }: AuditedCopy,
): Promise<AuditOutcome> {
  const { ports, run } = walk;
  const { images } = ports;
  let looked: AuditOutcome = "done";
  let moved: CheckpointMoved | undefined;
  const settled = (damage: Damage, image: Image, look: Look): Decision => ({
    what: hasOtherGoodCopy(image, bytes) ? "mark copy" : "quarantine image",
    why: damage.kind,
    evidence: damage.evidence,
    act: async () => {
      const outcome = await settleDamaged(ports, image, damage, { bytes, ...look });
      looked = outcomes[outcome];
      return looked === "quarantined";
    },
  });
  const judge = async (): Promise<Decision | undefined> => {
    const image = await images.find(imageId);
    if (!isStill(image, bytes)) return undefined;
    if (isProved?.(image)) {
      if (!run.dryRun) await settleRight(ports, image, bytes, { how: "s3-batch", isWhole });
      return undefined;
    }
    const location = locationAt(image, bytes);
    if (!location) return undefined;
    const examination = await examine(walk, location);
    if (examination.outcome === "unfinished" || examination.outcome === "overtaken") {
      looked = "unfinished";
      return undefined;
    }
    const damage =
      examination.outcome === "damaged"
        ? examination.damage
        : compareHashes(image, bytes, examination.hashes);
    const look: Look = { how: "read", isWhole };
    if (damage) {
      const latest = await images.find(imageId);
      if (!isStill(latest, bytes)) return undefined;
      looked = "damaged";
      const evidence = { store: bytes.store, ...damage.evidence };
      return settled({ ...damage, evidence }, latest, look);
    }
    const settle = () => settleRight(ports, image, bytes, look);
    if (image.integrity.quarantined)
      return { what: "end quarantine", why: "its bytes are right", evidence: { ...bytes }, act: settle };
    if (location.damaged)
      return { what: "take copy back", why: "its bytes are right", evidence: { ...bytes }, act: settle };
    if (!run.dryRun) await settle();
    return undefined;
  };
  await run.consider({ kind: "image", id: imageId }, async () => {
    try {
      return await judge();
    } catch (error) {
      // The cursor is another run's: this one ends.
      if (!(error instanceof CheckpointMoved)) throw error;
      moved = error;
      looked = "unfinished";
      return undefined;
    }
  });
  if (moved) throw moved;
  return looked;
}
