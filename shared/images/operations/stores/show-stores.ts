import type { Caller } from "../../../caller.ts";
import { NotFound } from "../../../errors.ts";
import { enforceService } from "../../../policy/service-policy.ts";
import type { ConfiguredStores } from "../../domain/store.ts";

/** Throws NotFound where the operator named no stores: what is about several of them is not there then. */
export function requireNamedStores(stores: ConfiguredStores): ConfiguredStores {
  if (!stores.named) throw new NotFound("Multi backend is not configured at this site.");
  return stores;
}

/** The stores, for every caller. Throws NotFound. */
export const showStores =
  ({ stores }: { readonly stores: ConfiguredStores }) =>
  (): ConfiguredStores =>
    requireNamedStores(stores);

/** The stores with their details, which the policy guards. That there are none is said before it is asked. */
export const showStoreDetails =
  ({ stores }: { readonly stores: ConfiguredStores }) =>
  (caller: Caller): ConfiguredStores => {
    requireNamedStores(stores);
    enforceService("stores_info_detail", caller);
    return stores;
  };
