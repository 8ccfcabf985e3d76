import type { ConfiguredStores, StoreDescription } from "../domain/store.ts";

/** The flags are the text "true" and absent otherwise (docs/reference/image-api.md, "Stores"). */
const storeDocument = (
  { id, description, readOnly }: StoreDescription,
  { defaultStore }: ConfiguredStores,
) => ({
  id,
  ...(description !== undefined && { description }),
  ...(id === defaultStore && { default: "true" }),
  ...(readOnly && { "read-only": "true" }),
});

/** The stores as every caller is told of them, in the order of the settings. */
export const storesDocument = (stores: ConfiguredStores) => ({
  stores: stores.all.map((store) => storeDocument(store, stores)),
});

/** The same with what only operators need to know. No secret is in it: a description holds none. */
export const storeDetailsDocument = (stores: ConfiguredStores) => ({
  stores: stores.all.map((store) => ({
    ...storeDocument(store, stores),
    type: store.type,
    weight: store.weight,
    properties: store.properties,
  })),
});

/** The header by which a new image's answer says which stores there are; none where no stores are named. */
export const storeIdsHeader = ({ named, all }: ConfiguredStores): Record<string, string> =>
  named ? { "OpenStack-image-store-ids": all.map(({ id }) => id).join(",") } : {};
