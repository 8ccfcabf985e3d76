import { FIRST_STORE } from "../../../shared/images/domain/location.ts";
import { type Stores, storesByName } from "../../../shared/images/ports/stores.ts";

/** The stores of an installation that has one. */
export const theStore = <Store>(store: Store): Stores<Store> => storesByName(new Map([[FIRST_STORE, store]]));
