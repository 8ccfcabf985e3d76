import type { JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { refuseStore } from "./store-fault.ts";

// What several types of stores say of themselves. All throw StoreFault.

/** A text of this form under this name, undefined when it is not given. */
export function textMember(id: string, given: JsonObject, name: string, form: RegExp, expected: string) {
  const value = ownValue(given, name);
  if (value === undefined) return undefined;
  if (typeof value === "string" && form.test(value)) return value;
  return refuseStore(id, `${name}: expected ${expected}`);
}

export function flagMember(id: string, given: JsonObject, name: string, initial: boolean): boolean {
  const value = ownValue(given, name) ?? initial;
  return typeof value === "boolean" ? value : refuseStore(id, `${name}: expected true or false`);
}

/** A URL of another host, undefined when it is not given. Only TLS hides images and keys on the way there. */
export function urlMember(id: string, given: JsonObject, name: string, example: string): URL | undefined {
  const value = ownValue(given, name);
  if (value === undefined) return undefined;
  const url = typeof value === "string" ? URL.parse(value) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol))
    return refuseStore(id, `${name}: expected a URL with its scheme, like ${example}`);
  if (url.username !== "" || url.password !== "")
    return refuseStore(id, `${name}: keys do not belong here, but into the store's secret`);
  const isHere = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url.protocol === "http:" && !isHere)
    return refuseStore(id, `${name}: without TLS everybody on the way could read images: use https://`);
  return url;
}

const ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/;

/** ARN of a secret; nothing: one is made. */
export function secretMember(id: string, given: JsonObject): { readonly secret?: string } {
  const secret = textMember(id, given, "secret", ARN, "the whole ARN of a secret of Secrets Manager");
  return secret === undefined ? {} : { secret };
}
