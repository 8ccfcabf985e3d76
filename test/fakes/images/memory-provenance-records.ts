import type { KeptSignature, ProvenanceRecords } from "../../../shared/images/ports/provenance-records.ts";
import type { SigningJwk } from "../../../shared/signatures/jwk-set.ts";

export function memoryProvenanceRecords(): ProvenanceRecords {
  const keys = new Map<string, SigningJwk>();
  const kept = new Map<string, KeptSignature>();
  return {
    keys: async () => [...keys.values()].sort((a, b) => (a.kid < b.kid ? -1 : 1)),
    publish: async (key) => void keys.set(key.kid, key),
    find: async (imageId, reader) => kept.get(`${reader}#${imageId}`),
    keep: async (imageId, reader, signature) => void kept.set(`${reader}#${imageId}`, signature),
  };
}
