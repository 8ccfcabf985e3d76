import { ownValue } from "../../shared/own-value.ts";
import type { ImageStore } from "../openstack/image-stores.ts";
import { table } from "../terminal/table.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

export interface ListStoresOptions {
  readonly long?: boolean;
}

/** What a store is beside others: flags that the API shows as texts. */
const flags = (store: ImageStore): string =>
  ["default", "read-only"].filter((flag) => ownValue(store, flag) === "true").join(", ");

/** `imagectl store list`. */
export async function listStores(context: Context, { long = false }: ListStoresOptions): Promise<Result> {
  const { stores: service } = await context.service();
  const stores = await service.list(long);
  if (stores === undefined)
    return { json: [], text: "the service has one store, and names none (enabled_backends)" };
  const more = long ? ["type", "weight", "properties"] : [];
  const rows = stores.map((store) => [
    store.id,
    flags(store),
    store.description ?? "",
    ...more.map((name) => ownValue(store, name)),
  ]);
  return { json: stores, text: table(["id", "", "description", ...more], rows) };
}

/** `imagectl store delete STORE IMAGE`: the image's data there, which is in other stores too. */
export async function deleteFromStore(context: Context, store: string, idOrName: string): Promise<Result> {
  const images = await context.service();
  const { id } = await images.find(idOrName);
  await images.stores.remove(id, store);
  return { json: { image_id: id, store }, text: `image ${id} is no longer in store ${store}` };
}
