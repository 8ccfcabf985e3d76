import { isJsonObject, type JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { nearestName } from "../../text/nearest-name.ts";
import { refuseStore, StoreFault } from "./store-fault.ts";
import { storeIdOf } from "./store-id.ts";
import { refuseOnePlaceTwice } from "./store-place.ts";
import { FIRST_BUCKETS_STORE, type StoreSetting } from "./store-setting.ts";
import { storeTypeOf } from "./store-type.ts";
import { type StoreTypeRule, storeTypes } from "./store-types.ts";

const common = ["id", "type", "description", "weight", "read_only"];

const LONGEST_DESCRIPTION = 200;
const MOST_WEIGHT = 1_000_000;

function refuseUnknown(subject: string, given: JsonObject, type: string, rule: StoreTypeRule): void {
  const known = [...common, ...rule.members];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const [other] = [...storeTypes].find(([, { members }]) => members.includes(unknown)) ?? [];
  if (other !== undefined)
    refuseStore(
      subject,
      `${unknown} is of a store of type ${other}: a store of type ${type} has ${rule.has}`,
    );
  const glances = unknown === "store_description" ? "description" : ownValue(rule.glanceNames, unknown);
  refuseStore(subject, `there is no ${unknown}: did you mean ${glances ?? nearestName(unknown, known)}?`);
}

function storeOf(subject: string, given: JsonObject): StoreSetting {
  const id = storeIdOf(subject, given.id);
  const [type, rule] = storeTypeOf(subject, given.type);
  // Records from before stores had names mean that bucket.
  if (id === FIRST_BUCKETS_STORE && type !== "s3")
    return refuseStore(
      id,
      `${id} is always the bucket that the first deployment made: give the store of type ${type} another id`,
    );
  refuseUnknown(subject, given, type, rule);
  const { description, weight = 0, read_only: readOnly = false } = given;
  if (description !== undefined && typeof description !== "string")
    return refuseStore(subject, "description: expected a text");
  if (description !== undefined && description.length > LONGEST_DESCRIPTION)
    return refuseStore(subject, `description: expected at most ${LONGEST_DESCRIPTION} characters`);
  if (typeof weight !== "number" || !Number.isInteger(weight) || Math.abs(weight) > MOST_WEIGHT)
    return refuseStore(subject, `weight: expected a whole number from -${MOST_WEIGHT} to ${MOST_WEIGHT}`);
  if (typeof readOnly !== "boolean") return refuseStore(subject, "read_only: expected true or false");
  const base = {
    id,
    ...(weight !== 0 && { weight }),
    ...(readOnly && { readOnly }),
    ...(description !== undefined && { description }),
  };
  return rule.read(base, given);
}

/** `fast:s3`. */
function storeOfPair(text: string): StoreSetting {
  const [id, type, ...more] = text.split(":").map((word) => word.trim());
  if (more.length > 0)
    return refuseStore(text, "expected an id and a type with one colon between, like fast:s3");
  return storeOf(text, { id, type });
}

function storesOfJson(text: string): StoreSetting[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new StoreFault(`this is no JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(list)) throw new StoreFault("expected a list, with [ and ] around it");
  return list.map((given: unknown, at) => {
    if (typeof given === "string") return storeOfPair(given);
    if (!isJsonObject(given)) return refuseStore(`entry ${at + 1}`, "expected an object with id and type");
    return storeOf(typeof given.id === "string" && given.id !== "" ? given.id : `entry ${at + 1}`, given);
  });
}

/**
 * The stores of `enabled_backends`, in their order: Glance's form `fast:s3,cheap:s3`, or a JSON list of objects. None for
 * an empty text. Throws StoreFault.
 */
export function parseStores(text: string): readonly StoreSetting[] {
  const trimmed = text.trim();
  if (trimmed === "") return [];
  const stores = /^[[{]/.test(trimmed)
    ? storesOfJson(trimmed)
    : trimmed.split(",").flatMap((pair) => (pair.trim() === "" ? [] : [storeOfPair(pair.trim())]));
  if (stores.length === 0) throw new StoreFault("expected a store at least");
  for (const [at, { id }] of stores.entries())
    if (stores.slice(0, at).some((before) => before.id === id)) refuseStore(id, "this id stands there twice");
  refuseOnePlaceTwice(stores);
  return stores;
}
