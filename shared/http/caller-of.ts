import type { Caller } from "../caller.ts";
import { Unauthorized } from "../errors.ts";
import { ownValue } from "../own-value.ts";
import type { ApiRequest } from "./api-request.ts";

/** The caller of a route that needs one. */
export function callerOf(request: ApiRequest): Caller {
  if (!request.caller) throw new Unauthorized();
  return request.caller;
}

/** A path parameter that the route has. */
export function param(request: ApiRequest, name: string): string {
  const value = ownValue(request.params, name);
  if (value === undefined) throw new Error(`route ${request.resource} has no parameter ${name}`);
  return value;
}
