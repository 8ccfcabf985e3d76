import { BadRequest } from "../../errors.ts";
import type { ConfiguredStores } from "../domain/store.ts";
import { storeNamed } from "../operations/stores/choose-store.ts";

/**
 * `?prefer=one,other` of a download: stores from which the caller would rather have it. Throws BadRequest for one that
 * there is not, and where no stores are named.
 */
export function preferredStores(query: URLSearchParams, stores: ConfiguredStores): readonly string[] {
  const text = query.getAll("prefer").at(-1);
  if (text === undefined) return [];
  if (!stores.named) throw new BadRequest("There is one store only here: leave prefer out.");
  const wanted = text.split(",").map((id) => id.trim());
  return [...new Set(wanted.map((id) => storeNamed(stores, id).id))];
}
