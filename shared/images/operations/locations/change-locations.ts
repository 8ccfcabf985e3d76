import type { Caller } from "../../../caller.ts";
import { BadRequest, Conflict, Forbidden } from "../../../errors.ts";
import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";
import { isOwn, type Location } from "../../domain/location.ts";
import { locationUrl } from "../../domain/location-url.ts";
import type { PatchOperation } from "../../domain/patch-operation.ts";
import { checkQuota } from "../../domain/quota.ts";
import { inReadOrder } from "../../domain/read-order.ts";
import { transition } from "../../domain/status.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import { enforce } from "../../policy/image-policy.ts";
import { RevisionConflict } from "../../ports/image-store.ts";
import { requireGoodCopyLeft } from "../stores/keep-good-copy.ts";
import { requireFormats } from "../transfers/open-transfer.ts";
import { type FoundSource, InvalidLocation } from "./registered-source.ts";
import { newValidationData, type ValidationData } from "./validation-data.ts";

/** A place as a PATCH gives it; its form is checked by the image schema. */
export interface GivenLocation {
  readonly url: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly validation_data?: ValidationData;
}

export interface LocationChanges {
  readonly configured: ConfiguredStores;
  readonly settings: Settings;
  /** What was found at the URLs that the operations add, by URL. */
  readonly found: ReadonlyMap<string, FoundSource>;
}

const METADATA_MAX = 1024;

/** As it is kept: `store` is ours to say. Throws BadRequest for more than is kept. */
function metadataText({ store: _, ...metadata }: GivenLocation["metadata"]): string | undefined {
  const text = JSON.stringify(metadata);
  if (text.length > METADATA_MAX)
    throw new BadRequest(`The metadata of a location has more than ${METADATA_MAX} characters: shorten it.`);
  return text === "{}" ? undefined : text;
}

function withMetadata(location: Location, given: GivenLocation): Location {
  const { metadata: _, ...place } = location;
  const text = metadataText(given.metadata);
  return { ...place, ...(text !== undefined && { metadata: text }) };
}

const isSame = (one: Location, other: Location): boolean =>
  one.key === other.key && one.metadata === other.metadata;

const given = ({ op, value }: PatchOperation): readonly GivenLocation[] =>
  op === "replace" ? (value as GivenLocation[]) : [value as GivenLocation];

const saidOf = (all: readonly GivenLocation[]): readonly ValidationData[] =>
  all.flatMap(({ validation_data }) => validation_data ?? []);

/** The URLs that operations would register, for whoever looks at them before the change. */
export const registeredUrls = (
  image: Image,
  operations: readonly PatchOperation[],
  configured: ConfiguredStores,
): readonly string[] => {
  const known = new Set(image.locations.map((each) => locationUrl(each, configured)));
  const named = operations.filter(({ op, name }) => name === "locations" && op !== "remove");
  return [...new Set(named.flatMap(given).map(({ url }) => url))].filter((url) => !known.has(url));
};

/** Whether locations may be changed at all, by whom, and of an image of which status, in Glance's order. */
export function authorizeLocations(
  caller: Caller,
  image: Image,
  { op }: PatchOperation,
  { show_multiple_locations }: Settings,
): void {
  if (!show_multiple_locations)
    throw new Forbidden(
      `It's not allowed to ${op === "replace" ? "update" : op} locations if locations are invisible.`,
    );
  enforce(op === "remove" ? "delete_image_location" : "set_image_location", caller, image);
  const statuses = op === "remove" ? ["active"] : ["active", "queued"];
  if (!statuses.includes(image.status))
    throw new Conflict(`It's not allowed to ${op} locations if image status is ${image.status}.`);
}

/** An index as it is written, `-` for the end; -1 for what is none. */
function indexOf(position: string | undefined, end: number): number {
  if (position === "-") return end;
  return position !== undefined && /^\d+$/.test(position) ? Number(position) : -1;
}

/** Data of another size is not this image's, whatever was said of it. Throws InvalidLocation. */
function requireSize(expected: number | null, { size }: Location): void {
  if (expected !== null && size !== expected)
    throw new InvalidLocation(`there are ${size} bytes at this URL, and the image has ${expected}.`);
}

function placeOf(image: Image, location: GivenLocation, { found, configured }: LocationChanges): Location {
  const known = image.locations.find((each) => locationUrl(each, configured) === location.url);
  const source = found.get(location.url)?.location ?? known;
  // Somebody else has removed it meanwhile.
  if (!source) throw new RevisionConflict();
  if (!known) requireSize(image.size, source);
  return withMetadata(source, location);
}

/** A queued image is in use as soon as it has a place. */
function inUse(
  image: Image,
  locations: readonly Location[],
  said: ValidationData,
  changes: LocationChanges,
): Image {
  if (image.status !== "queued") return { ...image, locations };
  requireFormats(image);
  const [first] = locations;
  const source = changes.found.get(first ? locationUrl(first, changes.configured) : "");
  return {
    ...image,
    ...said,
    status: transition(image.status, "active"),
    locations,
    size: first?.size ?? null,
    virtual_size: source?.virtual_size ?? null,
  };
}

function added(image: Image, operation: PatchOperation, changes: LocationChanges): Image {
  const [one] = given(operation);
  if (!one) throw new BadRequest("A location is missing.");
  const said = newValidationData(image, saidOf([one]));
  const shown = inReadOrder(image.locations, changes.configured);
  // Beyond the end is the end.
  const at = Math.min(indexOf(operation.position, shown.length), shown.length);
  if (at < 0) throw new BadRequest("Invalid position for adding a location.");
  const place = placeOf(image, one, changes);
  if (isOwn(place)) throw new InvalidLocation("the image has its data there already.");
  if (shown.some((each) => isSame(each, place)))
    throw new BadRequest("The location is there already: it cannot be added twice.");
  checkQuota("locations", shown.length + 1, changes.settings.image_location_quota);
  return inUse(image, shown.toSpliced(at, 0, place), said, changes);
}

function replaced(image: Image, operation: PatchOperation, changes: LocationChanges): Image {
  const wanted = given(operation);
  const said = newValidationData(image, saidOf(wanted));
  const urls = (all: readonly { readonly url: string }[]) =>
    JSON.stringify(all.map(({ url }) => url).toSorted());
  const current = image.locations.map((each) => ({ url: locationUrl(each, changes.configured) }));
  if (current.length > 0 && urls(wanted) !== urls(current))
    throw new BadRequest("Original locations is not empty: only their metadata can be changed.");
  checkQuota("locations", wanted.length, changes.settings.image_location_quota);
  const places = wanted.map((each) => placeOf(image, each, changes));
  for (const place of places) requireSize(places[0]?.size ?? null, place);
  if (places.some((place, at) => places.slice(0, at).some((each) => isSame(each, place))))
    throw new BadRequest("A location is named twice.");
  return inUse(image, places, said, changes);
}

function removed(image: Image, { position }: PatchOperation, { configured }: LocationChanges): Image {
  if (image.locations.length === 1) throw new Forbidden("Cannot remove last location in the image.");
  const shown = inReadOrder(image.locations, configured);
  const at = indexOf(position, shown.length - 1);
  const place = shown[at];
  if (!place) throw new BadRequest("Invalid position for removing a location.");
  const locations = shown.toSpliced(at, 1);
  requireGoodCopyLeft(place, locations);
  return { ...image, locations };
}

/**
 * An image after one operation on its locations, by Glance's rules (docs/reference/image-api.md, "Locations"). Bytes of a
 * place that is removed are whoever writes the change's to cut loose. Throws BadRequest, Forbidden, Conflict, TooLarge.
 */
export function changeLocations(
  caller: Caller,
  image: Image,
  operation: PatchOperation,
  changes: LocationChanges,
): Image {
  authorizeLocations(caller, image, operation, changes.settings);
  if (operation.op === "add") return added(image, operation, changes);
  return operation.op === "replace"
    ? replaced(image, operation, changes)
    : removed(image, operation, changes);
}
