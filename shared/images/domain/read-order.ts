import type { Location } from "./location.ts";
import type { ConfiguredStores } from "./store.ts";

/**
 * Places in the order in which they are read and shown: the heaviest store first, and otherwise as they were added; what
 * is known to be damaged comes last (docs/reference/image-api.md, "Stores"). A store that the settings do not describe weighs 0, as Glance's own default.
 */
export function inReadOrder<Place extends Pick<Location, "store" | "damaged">>(
  places: readonly Place[],
  { all }: ConfiguredStores,
): readonly Place[] {
  const weights = new Map(all.map(({ id, weight }) => [id, weight]));
  const weightOf = ({ store }: Place): number => weights.get(store) ?? 0;
  const faults = ({ damaged }: Place): number => Number(damaged !== undefined);
  return places.toSorted((one, other) => faults(one) - faults(other) || weightOf(other) - weightOf(one));
}
