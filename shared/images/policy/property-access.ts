import type { Caller } from "../../caller.ts";
import { isContextAdmin, noTarget } from "../../policy/ask.ts";
import { credentialsOf } from "../../policy/credentials.ts";
import { protections } from "../../policy/deployed-policy.ts";
import { evaluate, type PolicyCredentials } from "../../policy/language/evaluate.ts";
import type { PropertyAction, Protection } from "../../policy/property-protections/protection.ts";
import type { Image } from "../domain/image.ts";

/** Compiled at the first question; the protections of a deployment do not change. */
const compiled = new WeakMap<Protection, RegExp>();

function patternOf(protection: Protection): RegExp {
  const found = compiled.get(protection);
  if (found) return found;
  const pattern = new RegExp(...protection.pattern);
  compiled.set(protection, pattern);
  return pattern;
}

/** Here a service's roles count as the user's own (docs/reference/image-api.md, "Property protections"). */
const withServiceRoles = (caller: Caller): PolicyCredentials => ({
  ...credentialsOf(caller),
  roles: [...caller.roles, ...(caller.serviceRoles ?? [])],
});

/** The first section that fits decides; what fits none is denied to everybody. Admins are not exempt. */
function allows(action: PropertyAction, caller: Caller, property: string): boolean {
  const all = protections();
  if (all === null) return true;
  const first = all.find((protection) => patternOf(protection).test(property));
  return first !== undefined && evaluate(first[action], withServiceRoles(caller), noTarget);
}

export const creatable = (caller: Caller, property: string) => allows("create", caller, property);
export const readable = (caller: Caller, property: string) => allows("read", caller, property);
export const updatable = (caller: Caller, property: string) => allows("update", caller, property);
export const deletable = (caller: Caller, property: string) => allows("delete", caller, property);

/** Of a deactivated image only admins are told where it is (docs/reference/image-api.md, "Locations"). */
const withReadablePlaces = (caller: Caller, image: Image): Image =>
  image.status === "deactivated" && !isContextAdmin(caller) ? { ...image, locations: [] } : image;

/** The image as this caller is shown it. Never to be stored: what the caller may not read is missing. */
export function readableImage(caller: Caller, image: Image): Image {
  const placed = withReadablePlaces(caller, image);
  if (protections() === null) return placed;
  const shown = Object.entries(image.properties).filter(([name]) => readable(caller, name));
  return { ...placed, properties: Object.fromEntries(shown) };
}
