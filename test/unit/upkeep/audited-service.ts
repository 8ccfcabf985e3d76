import { randomBytes } from "node:crypto";
import { finalizeImage } from "../../../shared/images/operations/transfers/finalize-image.ts";
import type { Settings } from "../../../shared/settings.ts";
import { auditDeep } from "../../../shared/upkeep/operations/audit/audit-deep.ts";
import type { DeepAuditPorts } from "../../../shared/upkeep/operations/audit/deep-walk.ts";
import { memoryService } from "../../fakes/images/service.ts";
import { theStore } from "../../fakes/images/the-store.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";
import { memoryCheckpoints } from "../../fakes/upkeep/memory-checkpoints.ts";

/** A service with an auditor; slow enough that a read is 1 MiB, with pauses that only move the clock. */
export function audited(settings: Partial<Settings> = {}) {
  const service = memoryService({ audit_deep_bytes_per_second: 100_000, ...settings });
  const reads: [string, number][] = [];
  const { blobs } = service.ports;
  const ports = {
    ...service.ports,
    stores: theStore({
      head: blobs.head,
      read: async (key: string, offset: number, length: number) => {
        reads.push([key, offset]);
        return blobs.read(key, offset, length);
      },
    }),
    checkpoints: memoryCheckpoints(),
    sleep: async (ms: number) => service.pass(ms / 1000),
  };
  return {
    ...service,
    ports,
    reads,
    /** An active image whose hashes are verified. */
    image: async (size = 10) => {
      const { id } = await service.queuedImage();
      const { ref, complete } = await service.uploaded(id, randomBytes(size), {
        partBytes: Math.max(1, size),
      });
      await complete();
      await finalizeImage(service.ports)(ref, () => true);
      return { id, key: (await service.ports.images.find(id))?.locations[0]?.key ?? "" };
    },
    find: async (id: string) => {
      const image = await service.ports.images.find(id);
      if (!image) throw new Error("no image");
      return image;
    },
    audit: async (options: Parameters<typeof aRun>[0] = {}, faults: DeepAuditPorts = ports) => {
      const { run, lines } = aRun(options);
      await auditDeep(faults)(run);
      return { ...run.tally.counts(), wouldAct: run.wouldAct, lines };
    },
  };
}

type Audited = Pick<ReturnType<typeof audited>, "bytes">;

/** What can happen to stored bytes, by the kind of the finding. */
export const damages: Record<string, (service: Audited, key: string) => void> = {
  "hash-mismatch": ({ bytes: { objects } }, key) => {
    const bytes = Buffer.from(objects.get(key) ?? []);
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    objects.set(key, bytes);
  },
  "size-mismatch": ({ bytes: { objects } }, key) =>
    objects.set(key, (objects.get(key) ?? Buffer.of()).subarray(0, 5)),
  "object-missing": ({ bytes: { objects } }, key) => objects.delete(key),
};
