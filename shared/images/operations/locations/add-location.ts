import { randomBytes, randomUUID } from "node:crypto";
import type { WorkQueue } from "../../../aws/work-queue.ts";
import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { Conflict, Forbidden } from "../../../errors.ts";
import type { Image } from "../../domain/image.ts";
import { imageEvent } from "../../domain/image-events.ts";
import { withLimits } from "../../domain/limits.ts";
import { transition } from "../../domain/status.ts";
import type { Transfer } from "../../domain/transfer.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { Change } from "../../ports/change.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { Limits } from "../../ports/limits.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { requireFormats } from "../transfers/open-transfer.ts";
import { tokenHash } from "../transfers/transfer-access.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { visibleImage } from "../visible-image.ts";
import {
  type FoundSource,
  findSource,
  patienceFor,
  requireUnsigned,
  type SourcePorts,
  sourceStore,
} from "./registered-source.ts";
import { checkedHash, type ValidationData } from "./validation-data.ts";

interface Ports extends SourcePorts {
  readonly images: ImageStore & TransferStore & MemberStore;
  readonly limits: Limits;
  readonly queue: WorkQueue;
  readonly clock: Clock;
}

export interface NewLocation {
  readonly url: string;
  /** A hash of the bytes, which are judged by it. */
  readonly validation?: ValidationData;
}

/** Only services name other than web addresses, as Glance has it. */
function requireWebAddress(caller: Caller, { configured }: Ports, url: string): void {
  const isService = [...caller.roles, ...(caller.serviceRoles ?? [])].includes("service");
  if (isService || (url.startsWith("http") && sourceStore(configured))) return;
  throw new Forbidden(
    "Only a service may register this location: others name http URLs, where a store reads them.",
  );
}

const asStatement = ({ os_hash_algo, os_hash_value = "" }: ValidationData) =>
  os_hash_algo === "md5"
    ? { checksum: os_hash_value.toLowerCase() }
    : { os_hash_value: os_hash_value.toLowerCase() };

/** What reads and hashes the bytes: an upload attempt in which nothing is sent. Its token is nobody's. */
function hashing(
  { clock, settings }: Ports,
  image: Image,
  { location }: FoundSource,
  validation: ValidationData | undefined,
): Transfer {
  const now = clock();
  const end = new Date(now.getTime() + settings.transfer_lifetime_max * 1000).toISOString();
  const { store, key, size } = location;
  return {
    ...{ id: randomUUID(), image_id: image.id, revision: 0, key, store, registered: true },
    state: validation ? "completing" : "complete",
    ...{ size, part_size: null, token_hash: tokenHash(randomBytes(32).toString("base64url")) },
    ...{ lease_seconds: settings.transfer_lease_max, expires_at: end, latest_expiry: end },
    created_at: now.toISOString(),
    statement: { size, ...(validation && asStatement(validation)) },
    ...(!validation && { verified: false }),
  };
}

/** The image with its data there, in use at once. */
const activeAt = (image: Image, { location, virtual_size }: FoundSource, now: string): Image => ({
  ...image,
  status: transition(image.status, "active"),
  ...{ size: location.size, virtual_size, locations: [location], updated_at: now, broken_upload: null },
});

/**
 * Makes data at a URL that of a queued image (docs/reference/image-api.md, "Locations"). With a hash of it the image is
 * `importing` until all bytes are read and have that hash, and `queued` again where they have another; without one it is
 * active at once, and gets its hashes later. Without `do_secure_hash` nothing is read, and what is said is believed.
 * Throws Conflict for an image that is not queued, Forbidden, InvalidLocation.
 */
export const addLocation =
  (ports: Ports) =>
  async (caller: Caller, id: string, { url, validation }: NewLocation): Promise<void> => {
    const { images, queue, clock, settings } = ports;
    const ready = async () => {
      const image = await visibleImage(images, caller, id);
      if (image.status !== "queued")
        throw new Conflict(`It's not allowed to add locations if image status is ${image.status}.`);
      enforce("add_image_location", caller, image);
      requireWebAddress(caller, ports, url);
      if (validation) checkedHash(validation);
      requireFormats(image);
      requireUnsigned(image, settings);
      return image;
    };
    const image = await ready();
    /** What was looked at is as it was then: somebody may have changed it while the source was asked. */
    const readyStill = async () => {
      const later = await ready();
      if (later.disk_format !== image.disk_format || later.container_format !== image.container_format)
        throw new Conflict("The image's formats were changed at the same time: register the location again.");
      return later;
    };
    const found = await findSource(ports, image, url, patienceFor(ports));
    const transfer = settings.do_secure_hash ? hashing(ports, image, found, validation) : undefined;
    const ref = transfer && { imageId: id, transferId: transfer.id };
    if (ref) await queue.readSource(ref, settings.completion_recovery_delay);
    const decide = ({ image: before, projectLimits }: Awaited<ReturnType<typeof withProject>>): Change => {
      const now = clock().toISOString();
      const waits = transfer?.state === "completing";
      const after: Image = waits
        ? {
            ...before,
            status: transition(before.status, "importing"),
            transfer_id: transfer.id,
            updated_at: now,
          }
        : { ...activeAt(before, found, now), ...(!settings.do_secure_hash && believed(validation)) };
      return {
        image: { before, after },
        ...(transfer && { writes: [{ kind: "transfer", before: undefined, after: transfer } as const] }),
        events: [imageEvent("image.update", after)],
        ...withLimits(before.owner, projectLimits, {
          image_size_total: waits ? found.location.size : 0,
          user_storage_quota: waits ? found.location.size : 0,
        }),
      };
    };
    const withProject = async (before: Image) => ({
      image: before,
      projectLimits: await limitsOf(ports.limits, before),
    });
    await updateWithRetry(images, async () => withProject(await readyStill()), decide);
    // Lost, the message that was sent before comes later.
    if (ref) await queue.readSource(ref, 0).catch(() => undefined);
  };

/** Values that nobody compares with the bytes. An MD5 is the checksum: `os_hash_value` is a SHA-512 here. */
function believed(validation: ValidationData | undefined): Partial<Image> {
  if (!validation) return {};
  const statement = asStatement(validation);
  return { ...statement, ...("os_hash_value" in statement && { os_hash_algo: "sha512" }) };
}
