import type { StoreBase, StoreSetting } from "./store-setting.ts";

/** A store of type http: it has no place of its own, and is only read. */
export const httpStoreOf = (base: StoreBase): StoreSetting => ({ ...base, type: "http", readOnly: true });
