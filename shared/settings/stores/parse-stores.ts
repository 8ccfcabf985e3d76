import { isJsonObject, type JsonObject } from "../../json-object.ts";
import { nearestName } from "../../text/nearest-name.ts";
import { httpStoreOf } from "./http-store.ts";
import { s3StoreOf } from "./s3-store.ts";
import { refuseStore, StoreFault } from "./store-fault.ts";
import { storeIdOf } from "./store-id.ts";
import { FIRST_BUCKETS_STORE, type StoreSetting } from "./store-setting.ts";
import { storeTypeOf } from "./store-type.ts";

const known = [
  ...["id", "type", "description", "weight", "read_only"],
  ...["bucket", "region", "storage_class", "host", "path_style", "secret", "sees_tokens"],
];

/** Glance's and glance_store's names of the same things. */
const glanceNames: ReadonlyMap<string, string> = new Map([
  ["store_description", "description"],
  ["s3_store_bucket", "bucket"],
  ["s3_store_host", "host"],
  ["s3_store_region_name", "region"],
  ["s3_store_bucket_url_format", "path_style (true or false)"],
  ["s3_store_access_key", "secret"],
  ["s3_store_secret_key", "secret"],
]);

const LONGEST_DESCRIPTION = 200;
const MOST_WEIGHT = 1_000_000;

function refuseUnknown(subject: string, given: JsonObject): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const meant = glanceNames.get(unknown) ?? nearestName(unknown, known);
  refuseStore(subject, `there is no ${unknown}: did you mean ${meant}?`);
}

function storeOf(subject: string, given: JsonObject): StoreSetting {
  const id = storeIdOf(subject, given.id);
  const type = storeTypeOf(subject, given.type);
  // Records from before stores had names mean that bucket.
  if (id === FIRST_BUCKETS_STORE && type !== "s3")
    return refuseStore(
      id,
      `${id} is always the bucket that the first deployment made: give the store of type ${type} another id`,
    );
  refuseUnknown(subject, given);
  const { description, weight = 0, read_only: readOnly = false } = given;
  if (description !== undefined && typeof description !== "string")
    return refuseStore(subject, "description: expected a text");
  if (description !== undefined && description.length > LONGEST_DESCRIPTION)
    return refuseStore(subject, `description: expected at most ${LONGEST_DESCRIPTION} characters`);
  if (typeof weight !== "number" || !Number.isInteger(weight) || Math.abs(weight) > MOST_WEIGHT)
    return refuseStore(subject, "weight: expected a whole number");
  if (typeof readOnly !== "boolean") return refuseStore(subject, "read_only: expected true or false");
  return {
    ...{ id, type, weight, readOnly },
    ...(description !== undefined && { description }),
    ...(type === "http" ? httpStoreOf(id, given) : s3StoreOf(id, given)),
  };
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

/** Two stores on one bucket would delete each other's bytes. */
const placeOf = ({ bucket, host = "" }: StoreSetting): string | undefined =>
  bucket === undefined ? undefined : `${host} ${bucket}`;

function refuseTwice(stores: readonly StoreSetting[]): void {
  for (const [at, store] of stores.entries()) {
    const before = stores.slice(0, at);
    if (before.some(({ id }) => id === store.id)) refuseStore(store.id, "this id stands there twice");
    const place = placeOf(store);
    const other = before.find((one) => place !== undefined && placeOf(one) === place);
    if (other) refuseStore(store.id, `its bucket ${store.bucket} is the bucket of ${other.id} already`);
  }
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
  refuseTwice(stores);
  return stores;
}
