import type { FindingEvidence } from "./finding.ts";

/** How stored bytes can differ from their record. */
export const damageKinds = ["object-missing", "size-mismatch", "hash-mismatch"] as const;
export type DamageKind = (typeof damageKinds)[number];

/** Bytes that are not what is recorded of them. */
export interface Damage {
  readonly kind: DamageKind;
  readonly evidence: FindingEvidence;
}
