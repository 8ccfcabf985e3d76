import { BadRequest } from "../../errors.ts";
import { isJsonObject, type JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { MAX_NAME_LENGTH } from "../domain/max-name-length.ts";
import { invalid } from "../domain/refusals.ts";

/** Keystone's ValidationError, word for word. */
export const missing = (attribute: string, target: string): BadRequest =>
  new BadRequest(
    `Expecting to find ${attribute} in ${target}. The server could not comply with the request since it is ` +
      "either malformed or otherwise incorrect. The client is assumed to be in error.",
  );

/** The object member of this name; throws Keystone's ValidationError when there is none. */
export function membersIn(parent: JsonObject, name: string, target: string): JsonObject {
  const value = ownValue(parent, name);
  if (!isJsonObject(value)) throw missing(name, target);
  return value;
}

/** The object `name` that a body wraps its content in. */
export function wrapped(body: unknown, name: string): JsonObject {
  if (!isJsonObject(body)) throw missing(name, "request body");
  return membersIn(body, name, "request body");
}

function checked(value: string, name: string, mostBytes: number): string {
  // Half a surrogate pair has no UTF-8 form; a store would refuse it as a failure of ours.
  if (!value.isWellFormed()) throw invalid(name, "it is not Unicode.");
  if (Buffer.byteLength(value) > mostBytes) throw invalid(name, `it is longer than ${mostBytes} bytes.`);
  return value;
}

/** The text member of this name, which may not be empty. */
export function textIn(
  parent: JsonObject,
  name: string,
  target: string,
  mostBytes = MAX_NAME_LENGTH,
): string {
  const value = ownValue(parent, name);
  if (typeof value !== "string" || value === "") throw missing(name, target);
  return checked(value, name, mostBytes);
}

/** The text member of this name; undefined when it is absent or null, for which clients send it. */
export function optionalTextIn(parent: JsonObject, name: string, mostBytes = MAX_NAME_LENGTH) {
  const value = ownValue(parent, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalid(name, "it is not a text.");
  return checked(value, name, mostBytes);
}

export function optionalFlagIn(parent: JsonObject, name: string): boolean | undefined {
  const value = ownValue(parent, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw invalid(name, "it is not true or false.");
  return value;
}
