import { BadRequest } from "../../errors.ts";
import { isJsonObject, type JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import type { NewLocation } from "../operations/locations/add-location.ts";

const MAX_URL = 255;
const algorithms = ["sha1", "sha256", "sha512", "md5"];

function validationOf(body: JsonObject): NewLocation["validation"] {
  if (!Object.hasOwn(body, "validation_data")) return undefined;
  const data = ownValue(body, "validation_data");
  const isKnown =
    isJsonObject(data) && Object.keys(data).every((name) => /^os_hash_(algo|value)$/.test(name));
  if (!isKnown)
    throw new BadRequest("validation_data must be an object with os_hash_algo and os_hash_value.");
  const { os_hash_algo, os_hash_value } = data;
  if (Object.keys(data).length === 0) return undefined;
  if (typeof os_hash_algo !== "string" || !algorithms.includes(os_hash_algo))
    throw new BadRequest(
      `os_hash_algo must be one of ${algorithms.join(", ")}, with os_hash_value beside it.`,
    );
  if (typeof os_hash_value !== "string" || os_hash_value.length > 128)
    throw new BadRequest(
      "os_hash_value must be a text of at most 128 characters, with os_hash_algo beside it.",
    );
  return { os_hash_algo, os_hash_value };
}

/** The body of POST /images/{image_id}/locations; other members than these are ignored. Throws BadRequest. */
export function newLocation(body: JsonObject): NewLocation {
  const url = ownValue(body, "url");
  if (typeof url !== "string" || url.length === 0 || url.length > MAX_URL)
    throw new BadRequest(`url must be a text of at most ${MAX_URL} characters.`);
  const validation = validationOf(body);
  return { url, ...(validation && { validation }) };
}
