import { BadRequest } from "../errors.ts";
import type { ApiRequest } from "./api-request.ts";

// DynamoDB takes 400 KB an item: nothing larger could be kept, and parsing it would only cost time.
const MAX_BYTES = 512 * 1024;

/** The body as JSON whatever Content-Type says, as Glance does. Throws BadRequest when it is missing or malformed. */
export function jsonBody(request: ApiRequest): unknown {
  if (request.body.length === 0) throw new BadRequest("JSON body is missing.");
  if (request.body.length > MAX_BYTES) throw new BadRequest(`JSON body is larger than ${MAX_BYTES} bytes.`);
  try {
    return JSON.parse(request.body.toString("utf8")) as unknown;
  } catch {
    throw new BadRequest("Malformed JSON in request body.");
  }
}

/** The same, where only a JSON object will do. */
export function jsonObject(request: ApiRequest): Record<string, unknown> {
  const body = jsonBody(request);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new BadRequest("The request body must be a JSON object.");
  }
  return body as Record<string, unknown>;
}

/** For routes that take no body. */
export function refuseBody(request: ApiRequest): void {
  if (request.body.length > 0) throw new BadRequest("A body is not expected with this request.");
}
