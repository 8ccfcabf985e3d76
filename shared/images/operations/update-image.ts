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
import type { PatchOperation } from "../domain/patch-operation.ts";
import { checkAddedProperties, checkQuota } from "../domain/quota.ts";
import type { ConfiguredStores } from "../domain/store.ts";
import { COPIES_PROPERTY } from "../domain/wanted-copies.ts";
import { enforce, isAllowed } from "../policy/image-policy.ts";
import { creatable, deletable, readable, readableImage, updatable } from "../policy/property-access.ts";
import type { Change } from "../ports/change.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { MemberStore } from "../ports/member-store.ts";
import type { GivenProperties, PropertyRules } from "../ports/property-rules.ts";
import { judgeCopiesProperty } from "./copies/copies-property.ts";
import { changeLocations, type LocationChanges } from "./locations/change-locations.ts";
import {
  cutLoose,
  type KnownSources,
  type LocationPorts,
  limitsOfPlaces,
  prepareLocations,
} from "./locations/patched-locations.ts";
import { updateWithRetry } from "./update-with-retry.ts";
import { visibleImage } from "./visible-image.ts";

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
  checkAddedProperties(before, after, settings.image_property_quota);
}

/** The custom properties that the operations set. */
const setBy = (operations: readonly PatchOperation[]): GivenProperties =>
  operations
    .filter(({ op, name }) => op !== "remove" && !isBaseAttribute(name))
    .map(({ name, value }) => [name, value as string | null]);

interface Ports extends LocationPorts {
  readonly images: ImageStore & MemberStore;
  readonly configured: ConfiguredStores;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly rules?: PropertyRules;
}

/** The image after all operations, in their order. */
const patched = (
  caller: Caller,
  image: Image,
  operations: readonly PatchOperation[],
  places: LocationChanges,
): Image =>
  operations.reduce((soFar, operation) => {
    if (operation.name === "locations") return changeLocations(caller, soFar, operation, places);
    return isBaseAttribute(operation.name)
      ? changeAttribute(caller, soFar, operation)
      : changeProperty(caller, soFar, operation);
  }, image);

interface Found {
  readonly image: Image;
  readonly places?: LocationChanges;
  readonly limits?: Change["limits"];
}

/**
 * Applies all operations or none. Writers of different attributes at the same time both survive; of the same
 * one, the later wins. No operations: the image as it is, not even `updated_at` changes. Returns the image as the
 * caller may read it; what he may not read stays on it. Bytes of a place that is taken away are cut loose. `rules` judge only what the operations set, so that an image
 * which is against them already can be changed elsewhere.
 */
export const updateImage =
  (ports: Ports) =>
  async (caller: Caller, id: string, operations: readonly PatchOperation[]): Promise<Image> => {
    const { images, configured, clock, settings, rules } = ports;
    for (const { name } of operations) refuseUnwritable(name);
    judgeCopies(configured, caller, operations);

    const decide = ({ image, places, limits }: Found): Change | undefined => {
      // Nothing is changed then, and the image is only shown: Glance shows it to whoever knows its id.
      if (operations.length === 0) {
        enforce("get_image", caller, image);
        return undefined;
      }
      for (const operation of operations) authorize(caller, image, operation);
      const changed = patched(caller, image, operations, places ?? noneFound);
      checkQuotas(image, changed, settings);
      checkMetadataSize(image, changed);
      const now = clock();
      const after: Image = { ...changed, updated_at: now.toISOString() };
      return {
        image: { before: image, after },
        writes: cutLoose(image, after, now),
        events: [imageEvent("image.update", after)],
        ...(limits && { limits }),
      };
    };
    const noneFound = { configured, settings, found: new Map() };
    const known: KnownSources = { found: new Map() };
    const withPlaces = async (image: Image): Promise<Found> => {
      if (!operations.some(({ name }) => name === "locations")) return { image };
      for (const operation of operations) authorize(caller, image, operation);
      const others = operations.filter(({ name }) => name !== "locations");
      const preview = patched(caller, image, others, noneFound);
      const places = await prepareLocations(ports, caller, { preview, operations }, known);
      return { image, places, ...(await limitsOfPlaces(ports, image, operations)) };
    };
    const read = async () => {
      const image = await visibleImage(images, caller, id);
      if (rules && operations.length > 0) {
        for (const operation of operations) authorize(caller, image, operation);
        await rules.judge(setBy(operations));
      }
      return withPlaces(image);
    };
    return readableImage(caller, (await updateWithRetry(images, read, decide)).image);
  };
