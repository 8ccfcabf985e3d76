import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { Conflict, Forbidden } from "../../errors.ts";
import { isContextAdmin } from "../../policy/ask.ts";
import { PolicyDenied } from "../../policy/policy-denied.ts";
import type { Settings } from "../../settings.ts";
import type { Image } from "../domain/image.ts";
import {
  isBaseAttribute,
  ReadOnlyAttribute,
  ReservedAttribute,
  readOnlyAttributes,
  refuseReserved,
} from "../domain/image-attributes.ts";
import { imageEvent } from "../domain/image-events.ts";
import { checkMetadataSize } from "../domain/metadata-size.ts";
import { checkQuota, countedProperties } from "../domain/quota.ts";
import type { ConfiguredStores } from "../domain/store.ts";
import { COPIES_PROPERTY } from "../domain/wanted-copies.ts";
import { enforce, isAllowed } from "../policy/image-policy.ts";
import { creatable, deletable, readable, readableImage, updatable } from "../policy/property-access.ts";
import type { Change } from "../ports/change.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { MemberStore } from "../ports/member-store.ts";
import type { GivenProperties, PropertyRules } from "../ports/property-rules.ts";
import { judgeCopiesProperty } from "./copies/copies-property.ts";
import { updateWithRetry } from "./update-with-retry.ts";
import { visibleImage } from "./visible-image.ts";

export interface PatchOperation {
  readonly op: "add" | "remove" | "replace";
  readonly name: string;
  readonly value?: unknown;
  /** An add of something that exists is refused. */
  readonly strictAdd?: boolean;
}

/**
 * Refuses what no caller may write to any image: read-only and reserved attributes. Callers check each operation by
 * it before the operation's value, as Glance does.
 */
export function refuseUnwritable(name: string): void {
  if (name === "id" || readOnlyAttributes.has(name)) throw new ReadOnlyAttribute(name);
  refuseReserved(name);
}

class OwnerIsAdmins extends Forbidden {
  constructor() {
    super("Owner can't be updated by non admin.");
  }
}

const visibilityRules = new Map<unknown, "publicize_image" | "communitize_image">([
  ["public", "publicize_image"],
  ["community", "communitize_image"],
]);

/** What is said of one property is judged before the image is looked at, as what is reserved is. */
function judgeCopies(
  configured: ConfiguredStores,
  caller: Caller,
  operations: readonly PatchOperation[],
): void {
  for (const { op, name, value } of operations)
    if (name === COPIES_PROPERTY)
      judgeCopiesProperty(configured, caller, op === "remove" ? undefined : (value as string | null));
}

/** The rules that one operation needs, in Glance's order: its refusal of the first two is 403 for everybody. */
function authorize(caller: Caller, image: Image, { op, name, value }: PatchOperation): void {
  if (op === "replace" && name === "owner" && !isContextAdmin(caller)) throw new OwnerIsAdmins();
  const rule = op !== "remove" && name === "visibility" ? visibilityRules.get(value) : undefined;
  if (rule && !isAllowed(rule, caller, image)) throw new PolicyDenied(rule);
  enforce("modify_image", caller, image);
}

function changeAttribute(
  caller: Caller,
  image: Image,
  { op, name, value, strictAdd }: PatchOperation,
): Image {
  if (name === "locations") {
    throw new Forbidden(`It's not allowed to ${op} locations if locations are invisible.`);
  }
  if (op === "remove") throw new Forbidden(`Property ${name} may not be removed.`);
  if (op === "add" && strictAdd) throw new Conflict(`Property ${name} already present.`);
  if (name === "owner" && !isContextAdmin(caller)) throw new OwnerIsAdmins();
  if (
    (name === "disk_format" || name === "container_format") &&
    !["queued", "importing"].includes(image.status)
  ) {
    throw new Forbidden(`Attribute ${name} can be only replaced for a queued image.`);
  }
  return { ...image, [name]: name === "tags" ? [...new Set(value as string[])] : value };
}

/** What the caller may not read is to him as if it were not there; but he does not overwrite it as if new. */
function changeProperty(caller: Caller, image: Image, { op, name, value, strictAdd }: PatchOperation): Image {
  const exists = Object.hasOwn(image.properties, name);
  const isKnown = exists && readable(caller, name);
  if (op !== "add" && !isKnown) throw new Conflict(`Property ${name} does not exist.`);
  if (op === "add" && isKnown && strictAdd) throw new Conflict(`Property ${name} already present.`);
  const isAllowed =
    op === "remove"
      ? deletable(caller, name)
      : (isKnown || creatable(caller, name)) && (!exists || updatable(caller, name));
  if (!isAllowed) throw new ReservedAttribute(name);
  const others = Object.entries(image.properties).filter(([other]) => other !== name);
  const changed: typeof others = op === "remove" ? [] : [[name, value as string | null]];
  return { ...image, properties: Object.fromEntries([...others, ...changed]) };
}

function checkQuotas(before: Image, after: Image, settings: Settings): void {
  checkQuota("tags", after.tags.length, after.tags === before.tags ? -1 : settings.image_tag_quota);
  const names = Object.keys(after.properties);
  const isMore = names.some((name) => !Object.hasOwn(before.properties, name));
  checkQuota("properties", countedProperties(names), isMore ? settings.image_property_quota : -1);
}

/** The custom properties that the operations set. */
const setBy = (operations: readonly PatchOperation[]): GivenProperties =>
  operations
    .filter(({ op, name }) => op !== "remove" && !isBaseAttribute(name))
    .map(({ name, value }) => [name, value as string | null]);

interface Ports {
  readonly images: ImageStore & MemberStore;
  readonly configured: ConfiguredStores;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly rules?: PropertyRules;
}

/**
 * Applies all operations or none. Writers of different attributes at the same time both survive; of the same
 * one, the later wins. No operations: the image as it is, not even `updated_at` changes. Returns the image as the
 * caller may read it; what he may not read stays on it. `rules` judge only what the operations set, so that an image
 * which is against them already can be changed elsewhere.
 */
export const updateImage =
  ({ images, configured, clock, settings, rules }: Ports) =>
  async (caller: Caller, id: string, operations: readonly PatchOperation[]): Promise<Image> => {
    for (const { name } of operations) refuseUnwritable(name);
    judgeCopies(configured, caller, operations);

    const decide = ({ image }: { image: Image }): Change | undefined => {
      // Nothing is changed then, and the image is only shown: Glance shows it to whoever knows its id.
      if (operations.length === 0) {
        enforce("get_image", caller, image);
        return undefined;
      }
      for (const operation of operations) authorize(caller, image, operation);
      const changed = operations.reduce(
        (so_far, operation) =>
          isBaseAttribute(operation.name)
            ? changeAttribute(caller, so_far, operation)
            : changeProperty(caller, so_far, operation),
        image,
      );
      checkQuotas(image, changed, settings);
      checkMetadataSize(image, changed);
      const after: Image = { ...changed, updated_at: clock().toISOString() };
      return { image: { before: image, after }, events: [imageEvent("image.update", after)] };
    };
    const read = async () => {
      const image = await visibleImage(images, caller, id);
      if (rules && operations.length > 0) {
        for (const operation of operations) authorize(caller, image, operation);
        await rules.judge(setBy(operations));
      }
      return { image };
    };
    return readableImage(caller, (await updateWithRetry(images, read, decide)).image);
  };
