import type { Image, Integrity } from "../../../images/domain/image.ts";
import {
  isStill,
  type QuarantinePorts,
  quarantineImage,
} from "../../../images/operations/integrity/quarantine-image.ts";
import type { Damage } from "../../../images/operations/transfers/examine-stored.ts";
import type { ComputedHashes } from "../../../images/operations/transfers/finish-transfer.ts";
import { updateWithRetry } from "../../../images/operations/update-with-retry.ts";

export type AuditHow = NonNullable<Integrity["audited_how"]>;

/** The hashes that an image has on record against those of its bytes; undefined when they agree. */
export function compareHashes(image: Image, key: string, stored: ComputedHashes): Damage | undefined {
  const { checksum, os_hash_algo, os_hash_value } = image;
  const isSha512 = os_hash_algo === "sha512" && os_hash_value !== null;
  const differs =
    (checksum !== null && checksum !== stored.checksum) ||
    (isSha512 && os_hash_value !== stored.os_hash_value);
  if (!differs) return undefined;
  const evidence = {
    key,
    recorded_md5: checksum,
    recorded_sha512: os_hash_value,
    stored_md5: stored.checksum,
    stored_sha512: stored.os_hash_value,
  };
  return { kind: "hash-mismatch", evidence };
}

/** Writes when all bytes were compared; `isRight` ends a quarantine, the status is an operator's matter. */
async function markAudited(
  { images, clock }: QuarantinePorts,
  image: Image,
  key: string,
  { how, isRight }: { how: AuditHow; isRight: boolean },
): Promise<void> {
  await updateWithRetry(
    images,
    async () => ({ image: (await images.find(image.id)) ?? image }),
    ({ image: before }) => {
      if (!isStill(before, key)) return undefined;
      const { quarantined, ...rest } = before.integrity;
      const integrity: Integrity = {
        ...rest,
        audited_at: clock().toISOString(),
        audited_how: how,
        ...(quarantined && !isRight && { quarantined }),
      };
      return { image: { before, after: { ...before, integrity } } };
    },
  );
}

/** Records that an image's bytes are right. One in quarantine leaves it: its finding is mended. Idempotent. */
export async function settleRight(
  ports: QuarantinePorts,
  image: Image,
  key: string,
  how: AuditHow,
): Promise<void> {
  const { quarantined } = image.integrity;
  if (quarantined) {
    // Before the change, which is what tells a repetition that there is nothing left to do.
    await ports.findings.record(
      {
        kind: quarantined.reason,
        subject: image.id,
        image_id: image.id,
        object_key: key,
        evidence: { ...quarantined.evidence, mended_by: "an audit found the bytes right" },
        state: "mended",
        acted: true,
      },
      ports.clock(),
    );
  }
  await markAudited(ports, image, key, { how, isRight: true });
}

/** Quarantines an image whose bytes are damaged, and records the audit after it: a repetition does both again. */
export async function settleDamaged(
  ports: QuarantinePorts,
  image: Image,
  damage: Damage,
  { key, how }: { readonly key: string; readonly how: AuditHow },
): Promise<"quarantined" | "known" | "gone"> {
  const outcome = await quarantineImage(ports)({ imageId: image.id, key }, damage);
  if (outcome !== "gone") await markAudited(ports, image, key, { how, isRight: false });
  return outcome;
}
