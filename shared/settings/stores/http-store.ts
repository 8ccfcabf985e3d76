import type { JsonObject } from "../../json-object.ts";
import { refuseStore } from "./store-fault.ts";
import type { StoreSetting } from "./store-setting.ts";

const said = ["id", "type", "description", "weight", "read_only"];

/** What a store of type http says: it has no place of its own, and is only read. Throws StoreFault. */
export function httpStoreOf(id: string, given: JsonObject): Pick<StoreSetting, "readOnly"> {
  const other = Object.keys(given).find((name) => !said.includes(name));
  if (other !== undefined)
    refuseStore(
      id,
      `${other} is of a store of type s3: a store of type http has only URLs that callers register`,
    );
  return { readOnly: true };
}
