import type { Location } from "../domain/location.ts";
import { locationUrl } from "../domain/location-url.ts";
import type { ConfiguredStores } from "../domain/store.ts";

/** A place as the API shows it; where stores are named, its metadata say which it is. */
export const locationDocument = (location: Location, stores: ConfiguredStores) => ({
  url: locationUrl(location, stores),
  metadata: {
    ...(location.metadata !== undefined && (JSON.parse(location.metadata) as Record<string, unknown>)),
    ...(stores.named && { store: location.store }),
  },
});
