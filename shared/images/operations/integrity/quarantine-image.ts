import type { Clock } from "../../../clock.ts";
import type { Damage } from "../../domain/damage.ts";
import { type Image, isSameBytes, locationAt } from "../../domain/image.ts";
import { imageEvent } from "../../domain/image-events.ts";
import { type DamagedCopy, isOwn, type Location, type StoredBytes } from "../../domain/location.ts";
import { transition } from "../../domain/status.ts";
import type { Findings } from "../../ports/findings.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { copyFinding } from "./copy-finding.ts";

export interface QuarantinePorts {
  readonly images: Pick<ImageStore, "find" | "commit">;
  readonly findings: Findings;
  readonly clock: Clock;
}

/** Bytes of an image, as an audit saw them. */
export interface AuditedBytes extends StoredBytes {
  readonly imageId: string;
}

/** Whether these are still the bytes of an image that is in somebody's hands. */
export const isStill = (image: Image | undefined, bytes: StoredBytes): image is Image =>
  image !== undefined &&
  locationAt(image, bytes) !== undefined &&
  image.status !== "deleted" &&
  image.status !== "pending_delete";

/**
 * Whether the image has another copy of ours of which nothing bad is known. Data that callers have registered beside it
 * is none: nobody has compared it with the image's hashes.
 */
export const hasOtherGoodCopy = ({ locations }: Image, bytes: StoredBytes): boolean =>
  locations.some((other) => isOwn(other) && other.damaged === undefined && !isSameBytes(other, bytes));

/** The locations with this copy's damage, or without any of it. The only copy carries none: its image does. */
export const withDamage = (
  { locations }: Image,
  bytes: StoredBytes,
  damaged: DamagedCopy | undefined,
): readonly Location[] =>
  locations.map((location) => {
    if (!isSameBytes(location, bytes)) return location;
    const { damaged: _, ...rest } = location;
    return damaged && locations.length > 1 ? { ...rest, damaged } : rest;
  });

/** What became of damaged bytes: `copy` when the image has a good one beside it and stays in use. */
export type DamageOutcome = "quarantined" | "copy" | "known" | "gone";

/** The image after it is known that this copy is damaged; undefined when all of it is recorded already. */
function damagedImage(image: Image, bytes: StoredBytes, { kind, evidence }: Damage, at: string) {
  const { quarantined } = image.integrity;
  const isMarked = locationAt(image, bytes)?.damaged?.reason === kind;
  const isOnly = image.locations.length === 1;
  const locations = isMarked ? image.locations : withDamage(image, bytes, { at, reason: kind });
  if (hasOtherGoodCopy(image, bytes))
    return isMarked
      ? undefined
      : { outcome: "copy" as const, after: { ...image, locations, updated_at: at } };
  const isKnown = isOnly ? quarantined?.reason === kind : isMarked && quarantined !== undefined;
  if (isKnown && image.status !== "active") return undefined;
  const after: Image = {
    ...image,
    locations,
    status: image.status === "active" ? transition(image.status, "deactivated") : image.status,
    integrity: { ...image.integrity, quarantined: { at, reason: kind, evidence } },
    updated_at: at,
  };
  return { outcome: "quarantined" as const, after };
}

/**
 * Records that bytes of an image are damaged. A copy is marked, with a finding of its store, as long as the image has a
 * good one beside it. An image without one is taken out of use: deactivated, with the reason in its integrity record,
 * and a finding. Nothing is deleted. An image that is deactivated already gets the record alone, which keeps it from
 * being reactivated. Idempotent. `gone` when the image has been deleted or has other bytes by now.
 */
export const quarantineImage =
  ({ images, findings, clock }: QuarantinePorts) =>
  async ({ imageId, ...bytes }: AuditedBytes, seen: Damage): Promise<DamageOutcome> => {
    const damage: Damage = { ...seen, evidence: { store: bytes.store, ...seen.evidence } };
    const first = await images.find(imageId);
    if (!isStill(first, bytes)) return "gone";
    let result: DamageOutcome = "known";
    let latest = first;
    await updateWithRetry(
      images,
      async () => ({ image: (await images.find(imageId)) ?? first }),
      ({ image }) => {
        latest = image;
        result = "gone";
        if (!isStill(image, bytes)) return undefined;
        const change = damagedImage(image, bytes, damage, clock().toISOString());
        result = change?.outcome ?? "known";
        return (
          change && {
            image: { before: image, after: change.after },
            events: [imageEvent("image.update", change.after)],
          }
        );
      },
      { image: first },
    );
    const outcome = result as DamageOutcome;
    if (outcome === "gone") return outcome;
    const { kind, evidence } = damage;
    // Behind the change: whoever is stopped in between finds the damage again, and records it then.
    if (latest.locations.length > 1)
      await findings.record(
        copyFinding({ imageId, ...bytes }, kind, { evidence, state: "open", acted: outcome !== "known" }),
        clock(),
      );
    // Another copy's damage may be the reason that the image carries.
    if (outcome === "quarantined" || (outcome === "known" && latest.integrity.quarantined?.reason === kind))
      await findings.record(
        {
          kind,
          subject: imageId,
          image_id: imageId,
          object_key: bytes.key,
          evidence,
          state: "quarantined",
          acted: outcome === "quarantined",
        },
        clock(),
      );
    return outcome;
  };
