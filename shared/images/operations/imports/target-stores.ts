import { BadRequest, Conflict, Gone } from "../../../errors.ts";
import type { Image } from "../../domain/image.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import type { ImportRequest } from "./import-request.ts";

type Wanted = Pick<ImportRequest, "method" | "stores" | "all_stores" | "all_stores_must_succeed" | "store">;

/** The stores that a request names; those that only read are none of all. */
function namedStores({ all, defaultStore }: ConfiguredStores, wanted: Wanted): readonly string[] {
  if (wanted.all_stores) {
    if (wanted.stores !== undefined || wanted.store !== undefined)
      throw new BadRequest(
        "All_stores parameter can't be used with x-image-meta-store header or stores parameter",
      );
    return all.filter(({ type, readOnly }) => type !== "http" && !readOnly).map(({ id }) => id);
  }
  if (wanted.stores !== undefined && wanted.store !== undefined)
    throw new BadRequest("Stores parameter and x-image-meta-store header can't be both specified");
  return [...new Set(wanted.stores ?? [wanted.store ?? defaultStore])];
}

function requireWritable({ all }: ConfiguredStores, stores: readonly string[]): void {
  for (const id of stores) {
    const store = all.find((one) => one.id === id);
    if (!store) {
      const known = all.map((one) => one.id).join(", ");
      throw new Conflict(`Store for identifier ${id} not found: the stores are ${known}.`);
    }
    if (store.readOnly) throw new Gone(`The store ${id} is read-only: choose another one.`);
  }
}

/**
 * The stores that an import goes to. Nothing is left to do where a copy is wanted in all stores and the image is in all:
 * none then. Where no stores are named, what callers say of one is not looked at. Throws BadRequest, Conflict for an unknown
 * store, Gone for one that takes nothing.
 */
export function targetStores(configured: ConfiguredStores, image: Image, wanted: Wanted): readonly string[] {
  if (!configured.named) {
    if (!wanted.all_stores_must_succeed)
      throw new BadRequest("All_stores_must_succeed can only be set with enabled_backends");
    return withoutPresent(image, [configured.defaultStore], wanted);
  }
  const stores = namedStores(configured, wanted);
  requireWritable(configured, stores);
  if (stores.length === 0)
    throw new BadRequest("The import names no store: name one, or leave 'stores' out.");
  return withoutPresent(image, stores, wanted);
}

function withoutPresent({ locations }: Image, stores: readonly string[], { method, all_stores }: Wanted) {
  if (method.name !== "copy-image") return stores;
  const isPresent = (id: string) => locations.some(({ store }) => store === id);
  const present = stores.find(isPresent);
  if (present !== undefined && !all_stores)
    throw new BadRequest(`Image is already present at store '${present}'`);
  return stores.filter((id) => !isPresent(id));
}
