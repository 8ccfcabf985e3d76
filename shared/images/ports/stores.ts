import { GlanceError } from "../../errors.ts";
import type { BlobStore } from "./blob-store.ts";

/** A record names a store that this service does not have. Nothing is known of these bytes, so nothing is done to them. */
export class UnknownStore extends GlanceError {
  readonly status = 500;
  readonly store: string;
  constructor(store: string) {
    super(`Image data lies in the store '${store}', which is not configured here.`);
    this.store = store;
  }
}

/** The stores that there are, by their names. */
export interface Stores<Store = BlobStore> {
  /** The store that has these bytes. Throws UnknownStore. */
  of(bytes: { readonly store: string }): Store;
}

export const storesByName = <Store>(stores: ReadonlyMap<string, Store>): Stores<Store> => ({
  of: ({ store: name }) => {
    const store = stores.get(name);
    if (store === undefined) throw new UnknownStore(name);
    return store;
  },
});
