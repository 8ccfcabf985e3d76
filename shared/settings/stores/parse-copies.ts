import { isJsonObject } from "../../json-object.ts";
import { nearestName } from "../../text/nearest-name.ts";
import { StoreFault } from "./store-fault.ts";
import type { StoreSetting } from "./store-setting.ts";

/** A store, and how many copies of each image it is to have. */
type Pair = readonly [store: string, copies: unknown];

function pairsOf(text: string): readonly Pair[] {
  if (text.startsWith("{") || text.startsWith("[")) {
    let given: unknown;
    try {
      given = JSON.parse(text);
    } catch (error) {
      throw new StoreFault(`this is no JSON: ${(error as Error).message}`);
    }
    if (!isJsonObject(given)) throw new StoreFault('expected an object like {"fast": 1, "cheap": 1}');
    return Object.entries(given);
  }
  return text
    .split(",")
    .filter((pair) => pair.trim() !== "")
    .map((pair) => {
      const [store = "", copies = "", ...more] = pair.split(":").map((word) => word.trim());
      if (store === "" || more.length > 0)
        throw new StoreFault(
          `${pair.trim()}: expected a store and a number with one colon between, like fast:1`,
        );
      return [store, /^\d+$/.test(copies) ? Number(copies) : copies];
    });
}

/**
 * The stores that are to have a copy of each image: `fast:1,cheap:1`, or a JSON object `{"fast": 1, "cheap": 1}`. Two
 * copies in one store would be lost together, so the number is 0 or 1. None for an empty text. Throws StoreFault.
 */
export function parseCopies(text: string): readonly string[] {
  const pairs = pairsOf(text.trim());
  for (const [at, [store, copies]] of pairs.entries()) {
    if (copies !== 0 && copies !== 1)
      throw new StoreFault(`${store}: a store has 1 copy of an image or 0, not ${JSON.stringify(copies)}`);
    if (pairs.slice(0, at).some(([before]) => before === store))
      throw new StoreFault(`${store} stands there twice`);
  }
  return pairs.filter(([, copies]) => copies === 1).map(([store]) => store);
}

/** Why a text does not name stores that can take copies, in words; undefined when it does, or names none. */
export function copiesFault(
  stores: readonly Pick<StoreSetting, "id" | "readOnly">[],
  text: string,
): string | undefined {
  let wanted: readonly string[];
  try {
    wanted = parseCopies(text);
  } catch (error) {
    if (error instanceof StoreFault) return `${error.message}; expected stores like fast:1,cheap:1`;
    throw error;
  }
  if (wanted.length === 0) return undefined;
  if (stores.length === 0) return "copies need stores with names: set enabled_backends";
  const ids = stores.map(({ id }) => id);
  const unknown = wanted.find((id) => !ids.includes(id));
  if (unknown !== undefined)
    return `there is no store ${unknown} in enabled_backends: did you mean ${nearestName(unknown, ids)}?`;
  const readOnly = stores.find((store) => store.readOnly && wanted.includes(store.id));
  return readOnly && `the store ${readOnly.id} is read-only: copies need others`;
}
