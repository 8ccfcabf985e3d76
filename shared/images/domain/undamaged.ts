import type { Location } from "./location.ts";

/** Of these places those of which nothing bad is known; all of them where every one is damaged. */
export function undamagedIfAny<Place extends Pick<Location, "damaged">>(
  places: readonly Place[],
): readonly Place[] {
  const undamaged = places.filter(({ damaged }) => damaged === undefined);
  return undamaged.length > 0 ? undamaged : places;
}
