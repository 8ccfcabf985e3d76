import { BadRequest, Gone } from "../../../errors.ts";
import type { ConfiguredStores, StoreDescription } from "../../domain/store.ts";

/** The store of this name. Throws BadRequest with Glance's text. */
export function storeNamed(stores: ConfiguredStores, id: string): StoreDescription {
  const found = stores.all.find((store) => store.id === id);
  if (found) return found;
  const known = stores.all.map((store) => store.id).join(", ");
  throw new BadRequest(`Store for identifier ${id} not found: the stores are ${known}.`);
}

/**
 * Where the data of an upload goes: to the store that its caller names, else to the default one. Where no stores are
 * named, what callers say of one is not looked at. Throws BadRequest for a name that no store has; this is Glance's
 * first refusal, before the image is looked for.
 */
export const wantedStore = (stores: ConfiguredStores, wanted?: string): StoreDescription =>
  storeNamed(stores, (stores.named ? wanted : undefined) ?? stores.defaultStore);

/**
 * The store of an upload that may begin. Staged bytes wait in the default store, which is no caller's choice. Throws
 * BadRequest as `wantedStore`, and Gone for a store that takes no new images, as Glance does, before any byte is taken.
 */
export function storeOfUpload(
  stores: ConfiguredStores,
  { store, stage }: { readonly store?: string | undefined; readonly stage: boolean },
): StoreDescription {
  const chosen = wantedStore(stores, stage ? undefined : store);
  if (!chosen.readOnly) return chosen;
  throw new Gone(
    `Error in store configuration. Adding images to store is disabled: '${chosen.id}' is read-only, choose another one.`,
  );
}
