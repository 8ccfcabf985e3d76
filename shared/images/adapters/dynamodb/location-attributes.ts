import { FIRST_STORE, type Location } from "../../domain/location.ts";

/** A location as records of versions 1 and 2 have it, which know of one store only. */
type UnnamedLocation = Omit<Location, "store">;

/**
 * An image's locations as attributes of its item: `locations` since version 3, and beside it `location` as it was
 * before. Releases before version 3 read and write `location` alone, and pass on `locations` as they found it. So both
 * releases may be at work on a record at one time, or the older one once more.
 */
export interface LocationAttributes {
  readonly location?: UnnamedLocation | null;
  readonly locations?: readonly UnnamedLocation[];
}

const isInFirstStore = ({ store }: Location): boolean => store === FIRST_STORE;

/** Bytes of which a record does not say in which store they are. */
const named = (location: UnnamedLocation): Location => ({ store: FIRST_STORE, ...location });

function unnamed({ store: _, ...location }: Location): UnnamedLocation {
  return location;
}

export function locationAttributes(locations: readonly Location[]): LocationAttributes {
  const first = locations.find(isInFirstStore);
  return { location: first ? unnamed(first) : null, locations };
}

/**
 * The locations that such attributes mean. `location` stands for the first of them in the first store, and an older
 * release may have written it last: it wins, and all others stay. Only a record without it has `locations` alone.
 */
export function locationsOf(attributes: LocationAttributes): readonly Location[] {
  const { location } = attributes;
  const locations = (attributes.locations ?? []).map(named);
  if (location === undefined) return locations;
  const now = location === null ? [] : [named(location)];
  const at = locations.findIndex(isInFirstStore);
  return at < 0 ? [...now, ...locations] : locations.toSpliced(at, 1, ...now);
}

/** Staged bytes with their store, which older records do not name. */
export const stagedOf = (staged: UnnamedLocation | null | undefined): Location | null =>
  staged ? named(staged) : null;
