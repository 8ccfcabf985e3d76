import type { Caller } from "../../caller.ts";
import { BadRequest, NotFound, TooLarge } from "../../errors.ts";
import type { ApiRequest } from "../../http/api-request.ts";
import { param } from "../../http/caller-of.ts";
import { MAX_NAME_LENGTH } from "../domain/max-name-length.ts";
import { Unauthenticated } from "../domain/refusals.ts";

/** The longest token and password are far below. */
const MAX_BODY_BYTES = 64 * 1024;

export function identityBody({ body }: ApiRequest): unknown {
  if (body.length > MAX_BODY_BYTES)
    throw new TooLarge(`The request body is longer than ${MAX_BODY_BYTES} bytes.`);
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new BadRequest("Malformed json in request body");
  }
}

export function knownCallerOf({ caller }: ApiRequest): Caller {
  if (!caller) throw new Unauthenticated();
  return caller;
}

/** Ids are stored in keys, which have a longest length: a longer one names nothing. */
const isPossible = (id: string): boolean =>
  id !== "" && id.isWellFormed() && Buffer.byteLength(id) <= MAX_NAME_LENGTH;

/** An id in the path. */
export function idIn(request: ApiRequest, name: string): string {
  const id = param(request, name);
  if (!isPossible(id)) throw new NotFound("The resource could not be found.");
  return id;
}

/** A name or id to filter by; undefined when the query has none. */
export function filterBy({ query }: ApiRequest, name: string): string | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!isPossible(value)) throw new BadRequest(`Invalid input for query parameter '${name}'.`);
  return value;
}
