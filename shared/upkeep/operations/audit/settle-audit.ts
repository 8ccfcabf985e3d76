import type { Damage } from "../../../images/domain/damage.ts";
import { type Image, type Integrity, locationAt } from "../../../images/domain/image.ts";
import type { StoredBytes } from "../../../images/domain/location.ts";
import { copyFinding } from "../../../images/operations/integrity/copy-finding.ts";
import {
  type DamageOutcome,
  isStill,
  type QuarantinePorts,
  quarantineImage,
  withDamage,
} from "../../../images/operations/integrity/quarantine-image.ts";
import { updateWithRetry } from "../../../images/operations/update-with-retry.ts";

/** How a copy was looked at. */
export interface Look {
  readonly how: NonNullable<Integrity["audited_how"]>;
  /** All copies of the image have been looked at with this one. */
  readonly isWhole: boolean;
}

/**
 * Writes what a look has shown: a right copy has no mark of damage any more, and ends the quarantine of its image, whose
 * status is an operator's matter. When all copies were looked at, that is written too.
 */
async function markAudited(
  { images, clock }: QuarantinePorts,
  image: Image,
  bytes: StoredBytes,
  { how, isWhole, isRight }: Look & { readonly isRight: boolean },
): Promise<void> {
  await updateWithRetry(
    images,
    async () => ({ image: (await images.find(image.id)) ?? image }),
    ({ image: before }) => {
      if (!isStill(before, bytes)) return undefined;
      const { quarantined, ...rest } = before.integrity;
      const isNews = isRight && (quarantined || locationAt(before, bytes)?.damaged);
      if (!isWhole && !isNews) return undefined;
      const integrity: Integrity = {
        ...rest,
        ...(isWhole && { audited_at: clock().toISOString(), audited_how: how }),
        ...(quarantined && !isRight && { quarantined }),
      };
      const locations = isRight ? withDamage(before, bytes, undefined) : before.locations;
      return { image: { before, after: { ...before, integrity, locations } } };
    },
  );
}

const mendedBy = { mended_by: "an audit found the bytes right" };

/** Records that a copy's bytes are right. What was found of them before is mended. Idempotent. */
export async function settleRight(
  ports: QuarantinePorts,
  image: Image,
  bytes: StoredBytes,
  look: Look,
): Promise<void> {
  const { quarantined } = image.integrity;
  const damaged = locationAt(image, bytes)?.damaged;
  const mended = { state: "mended", acted: true } as const;
  // Before the change, which is what tells a repetition that there is nothing left to do.
  if (damaged)
    await ports.findings.record(
      copyFinding({ imageId: image.id, ...bytes }, damaged.reason, { evidence: mendedBy, ...mended }),
      ports.clock(),
    );
  if (quarantined)
    await ports.findings.record(
      {
        kind: quarantined.reason,
        subject: image.id,
        image_id: image.id,
        object_key: bytes.key,
        evidence: { ...quarantined.evidence, ...mendedBy },
        ...mended,
      },
      ports.clock(),
    );
  await markAudited(ports, image, bytes, { ...look, isRight: true });
}

/** Settles what is damaged, and records the audit after it: a repetition does both again. */
export async function settleDamaged(
  ports: QuarantinePorts,
  image: Image,
  damage: Damage,
  { bytes, ...look }: Look & { readonly bytes: StoredBytes },
): Promise<DamageOutcome> {
  const outcome = await quarantineImage(ports)({ imageId: image.id, ...bytes }, damage);
  if (outcome !== "gone") await markAudited(ports, image, bytes, { ...look, isRight: false });
  return outcome;
}
