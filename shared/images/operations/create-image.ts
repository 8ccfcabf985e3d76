import { randomUUID } from "node:crypto";
import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { Forbidden } from "../../errors.ts";
import { ownValue } from "../../own-value.ts";
import { isContextAdmin } from "../../policy/ask.ts";
import type { Settings } from "../../settings.ts";
import { emptyImage, type Image } from "../domain/image.ts";
import { ReadOnlyAttribute, ReservedAttribute } from "../domain/image-attributes.ts";
import { imageEvent } from "../domain/image-events.ts";
import { withLimits } from "../domain/limits.ts";
import { checkMetadataSize } from "../domain/metadata-size.ts";
import { checkQuota, countedProperties } from "../domain/quota.ts";
import type { ConfiguredStores } from "../domain/store.ts";
import { COPIES_PROPERTY } from "../domain/wanted-copies.ts";
import { enforceOn } from "../policy/image-policy.ts";
import { creatable, readableImage } from "../policy/property-access.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { Limits } from "../ports/limits.ts";
import type { PropertyRules } from "../ports/property-rules.ts";
import { judgeCopiesProperty } from "./copies/copies-property.ts";
import { limitsOf } from "./quotas/limits-of.ts";

/** What a client may say of a new image. */
export type NewImage = Partial<
  Pick<
    Image,
    | "id"
    | "name"
    | "visibility"
    | "protected"
    | "os_hidden"
    | "owner"
    | "container_format"
    | "disk_format"
    | "min_ram"
    | "min_disk"
    | "tags"
  >
> & {
  readonly properties: Image["properties"];
  /** Read-only attributes that were named: refused, but after the caller's rights and the number of tags. */
  readonly readOnly?: readonly string[];
};

/** An owner other than the own project is an admin's privilege. */
function ownerOf(caller: Caller, wanted: Pick<NewImage, "owner">): string | null {
  if (wanted.owner === undefined) return caller.projectId;
  if (!isContextAdmin(caller) && wanted.owner !== caller.projectId) {
    throw new Forbidden(`You are not permitted to create images owned by '${wanted.owner}'.`);
  }
  return wanted.owner === "" ? null : wanted.owner;
}

interface Ports {
  readonly images: ImageStore;
  readonly limits: Limits;
  readonly configured: ConfiguredStores;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly rules?: PropertyRules;
}

/**
 * Creates a queued image; it is in every list that must show it when this returns. Returns it as the caller may
 * read it. Throws ImageIdTaken, TooLarge above a quota or
 * limit, and what `rules` refuse.
 */
export const createImage =
  ({ images, limits, configured, clock, settings, rules }: Ports) =>
  async (caller: Caller, { readOnly = [], ...wanted }: NewImage): Promise<Image> => {
    const owner = ownerOf(caller, wanted);
    const target = { owner, visibility: wanted.visibility ?? "private" };
    enforceOn("add_image", caller, target);
    if (wanted.visibility === "public") enforceOn("publicize_image", caller, target);
    if (wanted.visibility === "community") enforceOn("communitize_image", caller, target);
    for (const name of Object.keys(wanted.properties)) {
      if (!creatable(caller, name)) throw new ReservedAttribute(name);
    }
    if (Object.hasOwn(wanted.properties, COPIES_PROPERTY))
      judgeCopiesProperty(configured, caller, ownValue(wanted.properties, COPIES_PROPERTY));
    checkQuota("tags", wanted.tags?.length ?? 0, settings.image_tag_quota);
    for (const name of readOnly) throw new ReadOnlyAttribute(name);
    checkQuota(
      "properties",
      countedProperties(Object.keys(wanted.properties)),
      settings.image_property_quota,
    );

    await rules?.judge(Object.entries(wanted.properties));

    const now = clock().toISOString();
    const image: Image = {
      ...emptyImage,
      ...wanted,
      id: wanted.id ?? randomUUID(),
      owner,
      created_at: now,
      updated_at: now,
    };
    checkMetadataSize(undefined, image);
    const created = await images.commit({
      image: { before: undefined, after: image },
      ...withLimits(owner, await limitsOf(limits, image), { image_count_total: 0 }),
      events: [imageEvent("image.create", image)],
    });
    return readableImage(caller, created.image);
  };
