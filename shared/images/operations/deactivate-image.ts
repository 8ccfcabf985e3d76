import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { Forbidden } from "../../errors.ts";
import { isContextAdmin } from "../../policy/ask.ts";
import type { Image, Integrity } from "../domain/image.ts";
import { imageEvent } from "../domain/image-events.ts";
import { transition } from "../domain/status.ts";
import { enforce } from "../policy/image-policy.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { MemberStore } from "../ports/member-store.ts";
import { updateWithRetry } from "./update-with-retry.ts";
import { visibleImage } from "./visible-image.ts";

interface Ports {
  readonly images: ImageStore & MemberStore;
  readonly clock: Clock;
}

const targets = { deactivate: "deactivated", reactivate: "active" } as const;
type Action = keyof typeof targets;

/** An admin takes the responsibility: the record goes, and the next audit judges the bytes again. */
const withoutQuarantine = ({ quarantined: _, ...integrity }: Integrity): Integrity => integrity;

/** Bytes that were found to be other ones than the hashes say would fail every client's check. */
function refuseMismatch(caller: Caller, { integrity }: Image): void {
  if (integrity.quarantined && !isContextAdmin(caller)) {
    const { at, reason } = integrity.quarantined;
    throw new Forbidden(
      `The image is in quarantine since ${at} because its stored data is damaged (${reason}): upload it again as a ` +
        "new image. Only an admin can reactivate this one.",
    );
  }
  if (integrity.mismatch !== undefined && !isContextAdmin(caller)) {
    throw new Forbidden(
      `The image was deactivated because its data is not what its hashes say (${integrity.mismatch}): ` +
        "upload it again as a new image. Only an admin can reactivate this one.",
    );
  }
}

const act =
  (action: Action) =>
  ({ images, clock }: Ports) =>
  async (caller: Caller, id: string): Promise<void> => {
    const target = targets[action];
    await updateWithRetry(
      images,
      async () => ({ image: await visibleImage(images, caller, id) }),
      ({ image }) => {
        enforce(action, caller, image);
        if (image.status === target) return undefined;
        if (image.status !== "active" && image.status !== "deactivated") {
          throw new Forbidden(`Not allowed to ${action} image in status '${image.status}'`);
        }
        if (action === "reactivate") refuseMismatch(caller, image);
        const status = transition(image.status, target);
        const integrity = action === "reactivate" ? withoutQuarantine(image.integrity) : image.integrity;
        const after: Image = { ...image, status, integrity, updated_at: clock().toISOString() };
        return { image: { before: image, after }, events: [imageEvent("image.update", after)] };
      },
    );
  };

/**
 * Takes an image's data away from everybody but admins, until it is reactivated; download URLs that were given before
 * stay good until they expire. Idempotent. Throws 403 for an image that is neither active nor deactivated.
 */
export const deactivateImage = act("deactivate");

/**
 * The way back, by the same rules. What verification or an audit deactivated only an admin reactivates, which ends the
 * quarantine; an audit that finds the bytes still damaged begins it again.
 */
export const reactivateImage = act("reactivate");
