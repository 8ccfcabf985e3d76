import { isJsonObject } from "../../shared/json-object.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { type ApiCaller, misunderstood, objectOf } from "./api-caller.ts";

/** A store as the API shows it; what only admins are shown stands beside. */
export interface ImageStore {
  readonly id: string;
  readonly [detail: string]: unknown;
}

/** The stores of an image service. */
export interface ImageStores {
  /** In the service's order; with their details for admins. Undefined where the service names none. */
  list(detailed: boolean): Promise<readonly ImageStore[] | undefined>;
  /** Takes an image out of one of its stores; never out of the last one. For admins. */
  remove(imageId: string, store: string): Promise<void>;
}

function storeOf(value: unknown): ImageStore {
  if (!isJsonObject(value) || typeof value.id !== "string") throw misunderstood();
  return value as ImageStore;
}

export const imageStores = (call: ApiCaller): ImageStores => ({
  list: async (detailed) => {
    try {
      const { stores } = objectOf(await call("GET", `/v2/info/stores${detailed ? "/detail" : ""}`));
      if (!Array.isArray(stores)) throw misunderstood();
      return stores.map(storeOf);
    } catch (error) {
      if (error instanceof ApiRefused && error.status === 404) return undefined;
      throw error;
    }
  },
  remove: async (imageId, store) => {
    await call("DELETE", `/v2/stores/${encodeURIComponent(store)}/${encodeURIComponent(imageId)}`);
  },
});
