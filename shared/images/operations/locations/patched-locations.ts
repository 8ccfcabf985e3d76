import type { Caller } from "../../../caller.ts";
import { BadRequest } from "../../../errors.ts";
import { bytesToDelete, deletionOf } from "../../domain/deletion.ts";
import type { Image } from "../../domain/image.ts";
import { withLimits } from "../../domain/limits.ts";
import { isOwn, type Location } from "../../domain/location.ts";
import type { PatchOperation } from "../../domain/patch-operation.ts";
import { checkQuota } from "../../domain/quota.ts";
import { type Change, deletionWrite, type Write } from "../../ports/change.ts";
import type { Limits } from "../../ports/limits.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { requireFormats } from "../transfers/open-transfer.ts";
import {
  authorizeLocations,
  changeLocations,
  type LocationChanges,
  registeredUrls,
} from "./change-locations.ts";
import {
  type FoundSource,
  findSource,
  patienceFor,
  requireUnsigned,
  type SourcePorts,
  storeOfUrl,
} from "./registered-source.ts";

export interface LocationPorts extends SourcePorts {
  readonly limits: Limits;
}

const isOfLocations = ({ name }: PatchOperation): boolean => name === "locations";

/** Each is some requests to another host, and one function has to make all of them in time. */
const MOST_SOURCES = 10;

/** What one PATCH knows of other hosts, over all of its attempts: they have nothing to do with lost races. */
export interface KnownSources {
  readonly found: Map<string, FoundSource>;
  /** How long it waits for them, from the first one. */
  patience?: AbortSignal;
}

/** The data were looked at for these formats. */
const nameOf = ({ disk_format, container_format }: Image, url: string): string =>
  JSON.stringify([url, disk_format, container_format]);

/** Makes the change as if there were the right data at every URL: whatever is wrong with it needs no request to see. */
function rehearse(
  { configured, settings }: LocationPorts,
  caller: Caller,
  image: Image,
  { own, urls }: { readonly own: readonly PatchOperation[]; readonly urls: readonly string[] },
): void {
  const right = (url: string): FoundSource => ({
    location: { store: storeOfUrl(configured, url).id, key: url, size: image.size ?? 0, registered: true },
    virtual_size: null,
  });
  const found = new Map(urls.map((url) => [url, right(url)]));
  own.reduce(
    (soFar, operation) => changeLocations(caller, soFar, operation, { configured, settings, found }),
    image,
  );
}

/**
 * Judges the operations on locations of a PATCH, and looks at the URLs that they would register when nothing else is wrong
 * with them, at most 10; `preview` is the image with all else that the PATCH changes. Throws what `changeLocations` and
 * `findSource` throw, and BadRequest for more URLs.
 */
export async function prepareLocations(
  ports: LocationPorts,
  caller: Caller,
  { preview, operations }: { readonly preview: Image; readonly operations: readonly PatchOperation[] },
  known: KnownSources,
): Promise<LocationChanges> {
  const { configured, settings } = ports;
  const own = operations.filter(isOfLocations);
  for (const operation of own) authorizeLocations(caller, preview, operation, settings);
  const urls = registeredUrls(preview, own, configured);
  if (urls.length > 0 && preview.status === "queued") requireFormats(preview);
  if (urls.length > 0) requireUnsigned(preview, settings);
  if (urls.length > MOST_SOURCES) {
    checkQuota("locations", preview.locations.length + urls.length, settings.image_location_quota);
    throw new BadRequest(
      `A request adds at most ${MOST_SOURCES} locations, this one ${urls.length}: add the others by further ones.`,
    );
  }
  rehearse(ports, caller, preview, { own, urls });
  const found = new Map<string, FoundSource>();
  const patience = known.patience ?? patienceFor(ports);
  known.patience = patience;
  // One after another, so that a host is asked by one of them at a time.
  for (const url of urls) {
    const name = nameOf(preview, url);
    const source = known.found.get(name) ?? (await findSource(ports, preview, url, patience));
    known.found.set(name, source);
    found.set(url, source);
  }
  return { configured, settings, found };
}

const isAmong = (places: readonly Location[], { store, key }: Location): boolean =>
  places.some((each) => each.store === store && each.key === key);

/** Deletions of our bytes that the image has no more. */
export const cutLoose = (before: Image, after: Image, now: Date): readonly Write[] =>
  before.locations
    .filter((place) => isOwn(place) && !isAmong(after.locations, place))
    .map((place) => deletionWrite(deletionOf({ image_id: before.id, ...bytesToDelete(place) }, now)));

/** The limits that a change keeps which adds places: each counts with all of its bytes. */
export async function limitsOfPlaces(
  { limits }: LocationPorts,
  before: Image,
  operations: readonly PatchOperation[],
): Promise<Pick<Change, "limits">> {
  if (!operations.some((operation) => isOfLocations(operation) && operation.op !== "remove")) return {};
  return withLimits(before.owner, await limitsOf(limits, before), {
    image_size_total: 0,
    user_storage_quota: 0,
  });
}
