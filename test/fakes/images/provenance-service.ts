import { showProvenance } from "../../../shared/images/operations/provenance/show-provenance.ts";
import type { Settings } from "../../../shared/settings.ts";
import { memoryProvenanceRecords } from "./memory-provenance-records.ts";
import { memoryStatementSigner } from "./memory-statement-signer.ts";
import { memoryService } from "./service.ts";

/** The domain in memory with a key for statements. */
export function provenanceService(overrides: Partial<Settings> = {}) {
  const service = memoryService(overrides);
  const signer = memoryStatementSigner();
  const records = memoryProvenanceRecords();
  const ports = { ...service.ports, records, signer, service: "https://image.example" };
  return { ...service, ports, signer, records, show: showProvenance(ports) };
}
