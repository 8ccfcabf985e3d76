import { createHash } from "node:crypto";
import { servedFromCache } from "../../../shared/cache/operations/serve-image.ts";
import type { Caller } from "../../../shared/caller.ts";
import { createImage } from "../../../shared/images/operations/create-image.ts";
import { notifyingImages } from "../../../shared/images/operations/notifying-images.ts";
import { configuredLimits } from "../../../shared/images/operations/quotas/configured-limits.ts";
import { configuredStores } from "../../../shared/images/operations/stores/configured-stores.ts";
import { completeTransfer } from "../../../shared/images/operations/transfers/complete-transfer.ts";
import { openTransfer } from "../../../shared/images/operations/transfers/open-transfer.ts";
import { signParts } from "../../../shared/images/operations/transfers/sign-parts.ts";
import { storesByName } from "../../../shared/images/ports/stores.ts";
import { notifyOf } from "../../../shared/notifications/operations/notify.ts";
import { readSettings, type Settings } from "../../../shared/settings.ts";
import { memoryCacheRecords } from "../cache/memory-cache-records.ts";
import { memoryWorkQueue } from "../memory-work-queue.ts";
import { memoryHeartbeats } from "../upkeep/memory-heartbeats.ts";
import { withHints } from "../with-hints.ts";
import { memoryBlobStore } from "./memory-blob-store.ts";
import { memoryFindings } from "./memory-findings.ts";
import { memoryImageStore } from "./memory-image-store.ts";
import { memoryRefusedUploads } from "./memory-refused-uploads.ts";
import { memorySigningCertificates } from "./memory-signing-certificates.ts";
import { theStore } from "./the-store.ts";

const caller = (name: string, roles: string[]): Caller => ({
  userId: name,
  userName: name,
  userDomainId: "default",
  projectId: `${name}-project`,
  projectName: name,
  projectDomainId: "default",
  roles,
  tokenExpiresAt: 4102444800,
});

export const demo = caller("demo", ["member", "reader"]);
export const alt = caller("alt", ["member", "reader"]);
export const admin = caller("admin", ["admin", "member", "reader"]);
export const hashesOf = (bytes: Uint8Array) => ({
  checksum: createHash("md5").update(bytes).digest("hex"),
  os_hash_value: createHash("sha512").update(bytes).digest("hex"),
});

/** The whole domain on memory ports, with a clock that tests set. */
export function memoryService(overrides: Partial<Settings> = {}) {
  const bytes = memoryBlobStore();
  const work = memoryWorkQueue();
  const web = memoryBlobStore();
  const audit = memoryFindings();
  const signers = memorySigningCertificates();
  let now = Date.parse("2026-01-01T00:00:00.000Z");
  const clock = () => new Date(now++);
  const metadata = memoryImageStore(clock);
  const settings = { ...readSettings({}), ...overrides };
  const hints = { disabled: settings.disabled_notifications, queue: work.queue };
  const [table, bucket] = [memoryHeartbeats(), memoryHeartbeats()];
  let identity = "table-1";
  const unhinted = {
    images: notifyingImages(metadata.store, hints),
    usage: metadata.usage,
    limits: configuredLimits(settings),
    refused: memoryRefusedUploads(),
    certificates: signers.certificates,
    lists: metadata.store,
    deletedImages: metadata.deletedImages,
    blobs: bytes.store,
    stores: theStore(bytes.store),
    configured: configuredStores(settings),
    sources: storesByName(new Map([["web", web.store]])),
    deletedBlobs: theStore(bytes.deletedBlobs),
    cached: servedFromCache({
      records: memoryCacheRecords(),
      copies: bytes.store,
      queue: work.queue,
      clock,
      settings,
      report: (error) => {
        throw error;
      },
    }),
    queue: work.queue,
    notify: notifyOf(metadata.outbox, hints),
    clock,
    findings: audit.findings,
    tableHeartbeats: table.heartbeats,
    bucketHeartbeats: bucket.heartbeats,
    tableIdentity: async () => identity,
    settings,
  };
  const ports = withHints(unhinted);

  const queuedImage = (properties: Record<string, unknown> = {}) =>
    createImage(ports)(demo, { disk_format: "raw", container_format: "bare", properties: {}, ...properties });

  /** Opens a transfer and stores all parts of `data`, as an uploader would. */
  const uploaded = async (
    imageId: string,
    data: Uint8Array,
    { partBytes = 4, stage = false, signatureFollows = undefined as Record<string, string> | undefined } = {},
  ) => {
    const { transfer, token } = await openTransfer(ports)(demo, imageId, {
      size: data.length,
      leaseSeconds: 60,
      stage,
      signatureFollows,
      multipart: true,
    });
    const access = { caller: undefined, token };
    const ref = { imageId, transferId: transfer.id };
    for (let at = 0; at < data.length; at += partBytes) {
      const part = data.subarray(at, at + partBytes);
      const { parts } = await signParts(ports)(access, ref, [
        { number: at / partBytes + 1, size: part.length },
      ]);
      bytes.putPart(parts[0]?.url ?? "", part);
    }
    const complete = (statement = {}) =>
      completeTransfer(ports)(access, ref, { size: data.length, ...hashesOf(data), ...statement });
    return { access, ref, complete };
  };

  return {
    ports,
    /** For tests that make ports fail, and put the hints around those. */
    unhinted,
    metadata,
    bytes,
    signers,
    /** Data at other hosts, by its URL. */
    web,
    work,
    audit,
    table,
    bucket,
    restoreAs: (name: string) => {
      identity = name;
    },
    queuedImage,
    uploaded,
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}
