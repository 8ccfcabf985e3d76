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

/** The same of what is made when it is first asked for, and then kept. */
export function storesMadeLate<Store>(make: ReadonlyMap<string, () => Store>): Stores<Store> {
  const made = new Map<string, Store>();
  return {
    of: ({ store: name }) => {
      const store = made.get(name) ?? make.get(name)?.();
      if (store === undefined) throw new UnknownStore(name);
      made.set(name, store);
      return store;
    },
  };
}

export const storesByName = <Store>(stores: ReadonlyMap<string, Store>): Stores<Store> => ({
  of: ({ store: name }) => {
    const store = stores.get(name);
    if (store === undefined) throw new UnknownStore(name);
    return store;
  },
});
