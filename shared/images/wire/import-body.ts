import { BadRequest } from "../../errors.ts";
import type { ApiRequest } from "../../http/api-request.ts";
import { bearerToken } from "../../http/bearer-token.ts";
import { jsonObject } from "../../http/json-body.ts";
import { isJsonObject, type JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import type { ImportMethod, ImportMethodName } from "../domain/import-work.ts";
import type { ImportRequest } from "../operations/imports/import-request.ts";
import { wantedStoreOf } from "./upload-headers.ts";

/** What a task shows as it was sent has a bound of its own: it is a part of a record, and of lists. */
const MAX_BODY_BYTES = 16 * 1024;
/** Far more than there can be stores. */
const MAX_STORES = 100;

function methodName(method: unknown, enabled: readonly ImportMethodName[]): ImportMethodName {
  const name = isJsonObject(method) ? ownValue(method, "name") : undefined;
  if (name === undefined) throw new BadRequest("Import request requires a 'name' field.");
  const found = enabled.find((one) => one === name);
  if (found === undefined)
    throw new BadRequest(`Unknown import method name '${String(name).slice(0, 100)}'.`);
  return found;
}

const texts = ["uri", "glance_image_id", "glance_region", "glance_service_interface"] as const;

function textOf(method: JsonObject, member: string): string | undefined {
  const value = ownValue(method, member) ?? undefined;
  if (value !== undefined && typeof value !== "string")
    throw new BadRequest(`'${member}' of the import method must be a text`);
  return value;
}

function methodOf(method: JsonObject, name: ImportMethodName): ImportMethod {
  const named = texts.flatMap((member) => {
    const value = textOf(method, member);
    return value === undefined ? [] : [[member, value] as const];
  });
  return { name, ...Object.fromEntries(named) };
}

/** This service's own: Glance does not know it, and ignores it. */
function checksumOf(method: JsonObject): Pick<ImportRequest, "checksum"> {
  const checksum = textOf(method, "checksum");
  return checksum === undefined ? {} : { checksum };
}

function flagOf(body: JsonObject, name: string, initial: boolean): boolean {
  const value = Object.hasOwn(body, name) ? ownValue(body, name) : initial;
  if (typeof value !== "boolean") throw new BadRequest(`'${name}' must be boolean value only`);
  return value;
}

function storesOf(body: JsonObject): Pick<ImportRequest, "stores"> {
  if (!Object.hasOwn(body, "stores")) return {};
  const stores = ownValue(body, "stores");
  const isList = Array.isArray(stores) && stores.every((store) => typeof store === "string");
  if (!isList || stores.length === 0 || stores.length > MAX_STORES)
    throw new BadRequest("'stores' must be a list of the ids of stores, one at least");
  return { stores };
}

/** The body of POST /images/{image_id}/import; members that nothing is known of are shown in the task, and ignored. */
export function importRequest(request: ApiRequest, enabled: readonly ImportMethodName[]): ImportRequest {
  const body = jsonObject(request);
  if (request.body.length > MAX_BODY_BYTES)
    throw new BadRequest(`The body of an import has at most ${MAX_BODY_BYTES} bytes.`);
  const method = ownValue(body, "method");
  if (method === undefined) throw new BadRequest("Import request requires a 'method' field.");
  const name = methodName(method, enabled);
  const all_stores_must_succeed = flagOf(body, "all_stores_must_succeed", true);
  const all_stores = flagOf(body, "all_stores", false);
  const store = wantedStoreOf(request.headers);
  const token = request.headers.get("x-auth-token") || bearerToken(request.headers.get("authorization"));
  if (name === "glance-download" && token === undefined)
    throw new BadRequest("glance-download needs a login, which it reads the other Glance with.");
  return {
    ...{ method: methodOf(method as JsonObject, name), all_stores, all_stores_must_succeed },
    ...checksumOf(method as JsonObject),
    ...(name === "glance-download" && token !== undefined && { token }),
    ...{ ...storesOf(body), body, requestId: request.requestId },
    ...(store !== undefined && { store }),
  };
}
