import { isOwn, type Location } from "../../images/domain/location.ts";
import { undamagedIfAny } from "../../images/domain/undamaged.ts";
import type { PresigningStore } from "../../images/ports/presigning-store.ts";
import { type Stores, UnknownStore } from "../../images/ports/stores.ts";

type SourceStores = Stores<Partial<Pick<PresigningStore, "signDownload">>>;

interface Source {
  readonly location: Location;
  /** The bytes are ours, and their store serves them by itself, by signed URLs. */
  readonly isPresigned: boolean;
}

/**
 * Of an image's locations, damaged ones aside, the best first: one whose store serves it by itself, else the first of a
 * store that there is.
 */
export function cheapestLocation(stores: SourceStores, locations: readonly Location[]): Source | undefined {
  const found = undamagedIfAny(locations).flatMap((location): Source[] => {
    try {
      return [{ location, isPresigned: isOwn(location) && stores.of(location).signDownload !== undefined }];
    } catch (error) {
      if (error instanceof UnknownStore && locations.length > 1) return [];
      throw error;
    }
  });
  return found.find(({ isPresigned }) => isPresigned) ?? found[0];
}
