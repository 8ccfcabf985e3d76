import type { Caller } from "../../../caller.ts";
import { BadRequest } from "../../../errors.ts";
import { isContextAdmin } from "../../../policy/ask.ts";
import { copiesFault } from "../../../settings/stores/parse-copies.ts";
import { ReservedAttribute } from "../../domain/image-attributes.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import { COPIES_PROPERTY } from "../../domain/wanted-copies.ts";

/**
 * Judges what a caller wants to do to the property that says where an image is copied to; `value` is undefined where it is
 * taken away. It costs the operator's stores, so it is for admins, whatever property protections say: to all others it
 * is reserved, like all names of Glance's own. Throws ReservedAttribute, and BadRequest for a value that names no stores
 * which can take copies.
 */
export function judgeCopiesProperty(
  { named, all }: ConfiguredStores,
  caller: Caller,
  value: string | null | undefined,
): void {
  if (!isContextAdmin(caller)) throw new ReservedAttribute(COPIES_PROPERTY);
  const fault = copiesFault(named ? all : [], value ?? "");
  if (fault !== undefined) throw new BadRequest(`${COPIES_PROPERTY}: ${fault}.`);
}
