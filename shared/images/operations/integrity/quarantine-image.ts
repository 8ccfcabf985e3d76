import type { Clock } from "../../../clock.ts";
import { type Image, locationAt } from "../../domain/image.ts";
import { imageEvent } from "../../domain/image-events.ts";
import { transition } from "../../domain/status.ts";
import type { Findings } from "../../ports/findings.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { Damage } from "../transfers/examine-stored.ts";
import { updateWithRetry } from "../update-with-retry.ts";

export interface QuarantinePorts {
  readonly images: Pick<ImageStore, "find" | "commit">;
  readonly findings: Findings;
  readonly clock: Clock;
}

/** Bytes of an image, as an audit saw them. */
export interface AuditedBytes {
  readonly imageId: string;
  readonly key: string;
}

/** Whether these are still the bytes of an image that is in somebody's hands. */
export const isStill = (image: Image | undefined, key: string): image is Image =>
  image !== undefined &&
  locationAt(image, key) !== undefined &&
  image.status !== "deleted" &&
  image.status !== "pending_delete";

/**
 * Takes an image with damaged bytes out of use: deactivated, with the reason in its integrity record, and a finding.
 * Nothing is deleted. An image that is deactivated already gets the record alone, which keeps it from being
 * reactivated. Idempotent. Returns what it did; `gone` when the image has been deleted or has other bytes by now.
 */
export const quarantineImage =
  ({ images, findings, clock }: QuarantinePorts) =>
  async ({ imageId, key }: AuditedBytes, { kind, evidence }: Damage) => {
    const first = await images.find(imageId);
    if (!isStill(first, key)) return "gone" as const;
    let result: "quarantined" | "known" | "gone" = "known";
    await updateWithRetry(
      images,
      async () => ({ image: (await images.find(imageId)) ?? first }),
      ({ image }) => {
        result = "gone";
        if (!isStill(image, key)) return undefined;
        result = "known";
        const isKnown = image.integrity.quarantined?.reason === kind;
        if (isKnown && image.status !== "active") return undefined;
        result = "quarantined";
        const at = clock().toISOString();
        const after: Image = {
          ...image,
          status: image.status === "active" ? transition(image.status, "deactivated") : image.status,
          integrity: { ...image.integrity, quarantined: { at, reason: kind, evidence } },
          updated_at: at,
        };
        return { image: { before: image, after }, events: [imageEvent("image.update", after)] };
      },
      { image: first },
    );
    const outcome = result as "quarantined" | "known" | "gone";
    if (outcome === "gone") return outcome;
    // Behind the change: whoever is stopped in between finds the damage again, and records it then.
    await findings.record(
      {
        kind,
        subject: imageId,
        image_id: imageId,
        object_key: key,
        evidence,
        state: "quarantined",
        acted: outcome === "quarantined",
      },
      clock(),
    );
    return outcome;
  };
