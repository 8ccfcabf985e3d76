import type { DamageKind } from "../../domain/damage.ts";
import type { Sighting } from "../../domain/finding.ts";
import type { StoredBytes } from "../../domain/location.ts";

/** What is found of one copy of an image that has several: one record a kind, store and key. */
export const copyFinding = (
  { imageId, store, key }: StoredBytes & { readonly imageId: string },
  kind: DamageKind,
  seen: Pick<Sighting, "evidence" | "state" | "acted">,
): Sighting => ({
  kind: `copy-${kind}`,
  subject: `${store}/${key}`,
  image_id: imageId,
  object_key: key,
  ...seen,
  evidence: { store, ...seen.evidence },
});
