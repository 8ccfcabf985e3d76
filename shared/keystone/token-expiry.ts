import { isJsonObject } from "../json-object.ts";
import { ownValue } from "../own-value.ts";

const member = (value: unknown, name: string): unknown =>
  isJsonObject(value) ? ownValue(value, name) : undefined;

/** When the token of Keystone's answer ends, in milliseconds since 1970; undefined for anything but Keystone's form of a time. */
export function expiryOf(body: unknown): number | undefined {
  const expires = Date.parse(String(member(member(body, "token"), "expires_at")));
  return Number.isNaN(expires) ? undefined : expires;
}
