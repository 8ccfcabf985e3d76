import type { Image } from "../../images/domain/image.ts";
import { isOwn, type Location } from "../../images/domain/location.ts";
import { inReadOrder } from "../../images/domain/read-order.ts";
import type { ConfiguredStores } from "../../images/domain/store.ts";
import { undamagedIfAny } from "../../images/domain/undamaged.ts";
import type { PresigningStore } from "../../images/ports/presigning-store.ts";
import { type Stores, UnknownStore } from "../../images/ports/stores.ts";
import { isSame } from "../domain/cached-image.ts";
import type { QueuedImage } from "../domain/queued-image.ts";

interface SourcePorts {
  readonly stores: Stores<Partial<Pick<PresigningStore, "signDownload">>>;
  readonly configured: ConfiguredStores;
}

export interface Source {
  readonly location: Location;
  /** The bytes are ours, and their store serves them by itself, by signed URLs. */
  readonly isPresigned: boolean;
}

const isDamaged = ({ failure }: Pick<QueuedImage, "failure">, location: Location): boolean =>
  failure?.damaged?.some((damaged) => isSame(damaged, location)) === true;

/** Whether each place that the image has was found damaged: another attempt would find the same. */
export const hasOnlyDamaged = ({ locations }: Pick<Image, "locations">, entry: QueuedImage): boolean =>
  undamagedIfAny(locations).every((location) => isDamaged(entry, location));

/**
 * Where an image can be had, in the order in which to try: a place whose store serves it by itself, unless those have
 * lost it; what is being copied already; the others in the order in which they are read. Without what is known
 * to be damaged, while there is another, and what the cache found so. Throws UnknownStore where only stores are left that
 * there are not.
 */
export function sourcesOf(
  { stores, configured }: SourcePorts,
  { locations }: Pick<Image, "locations">,
  entry: QueuedImage,
): readonly Source[] {
  const { copy, needs_copy } = entry;
  let unknown: unknown;
  const found = inReadOrder(undamagedIfAny(locations), configured)
    .filter((location) => !isDamaged(entry, location))
    .flatMap((location): Source[] => {
      try {
        const isPresigned = isOwn(location) && stores.of(location).signDownload !== undefined;
        return [{ location, isPresigned }];
      } catch (error) {
        if (!(error instanceof UnknownStore)) throw error;
        unknown = error;
        return [];
      }
    });
  if (found.length === 0 && unknown) throw unknown;
  const rank = ({ location, isPresigned }: Source): number => {
    if (isPresigned) return needs_copy ? 3 : 0;
    return copy && isSame(copy.source, location) ? 1 : 2;
  };
  return found.toSorted((one, other) => rank(one) - rank(other));
}
