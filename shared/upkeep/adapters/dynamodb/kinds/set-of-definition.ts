import { setPrefix } from "../../../../metadefs/adapters/dynamodb/keys.ts";
import { type Collection, collections } from "../../../../metadefs/domain/definitions.ts";
import { isId } from "./is-id.ts";

/** Of which set a definition is, by its sort key; undefined for a key that no definition has. */
export function setOfDefinition(
  sk: string,
): { readonly collection: Collection; readonly set: string; readonly prefix: string } | undefined {
  const [first, set = "", ...name] = sk.split("#");
  const collection = collections.find((one) => one === first);
  if (!collection || !isId(set) || name.length === 0) return undefined;
  return { collection, set, prefix: setPrefix(collection, set) };
}
