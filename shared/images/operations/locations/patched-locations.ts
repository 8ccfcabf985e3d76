import type { Caller } from "../../../caller.ts";
import { deletionOf } from "../../domain/deletion.ts";
import type { Image } from "../../domain/image.ts";
import { withLimits } from "../../domain/limits.ts";
import { isOwn, type Location } from "../../domain/location.ts";
import type { PatchOperation } from "../../domain/patch-operation.ts";
import { type Change, deletionWrite, type Write } from "../../ports/change.ts";
import type { Limits } from "../../ports/limits.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { requireFormats } from "../transfers/open-transfer.ts";
import { authorizeLocations, type LocationChanges, registeredUrls } from "./change-locations.ts";
import { type FoundSource, findSource, type SourcePorts } from "./registered-source.ts";

export interface LocationPorts extends SourcePorts {
  readonly limits: Limits;
}

const isOfLocations = ({ name }: PatchOperation): boolean => name === "locations";

/**
 * Judges the operations on locations of a PATCH, and looks at the URLs that they would register; `preview` is the image
 * with all else that the PATCH changes. Throws what `authorizeLocations` and `findSource` throw.
 */
export async function prepareLocations(
  ports: LocationPorts,
  caller: Caller,
  preview: Image,
  operations: readonly PatchOperation[],
): Promise<LocationChanges> {
  const own = operations.filter(isOfLocations);
  for (const operation of own) authorizeLocations(caller, preview, operation, ports.settings);
  const urls = registeredUrls(preview, own);
  if (urls.length > 0 && preview.status === "queued") requireFormats(preview);
  const found = new Map<string, FoundSource>();
  // One after another: each is some requests to another host.
  for (const url of urls) found.set(url, await findSource(ports, preview, url));
  return { configured: ports.configured, settings: ports.settings, found };
}

const isAmong = (places: readonly Location[], { store, key }: Location): boolean =>
  places.some((each) => each.store === store && each.key === key);

/** Deletions of our bytes that the image has no more. */
export const cutLoose = (before: Image, after: Image, now: Date): readonly Write[] =>
  before.locations
    .filter((place) => isOwn(place) && !isAmong(after.locations, place))
    .map(({ store, key }) => deletionWrite(deletionOf({ image_id: before.id, store, key }, now)));

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
