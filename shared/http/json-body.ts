import { BadRequest, TooLarge } from "../errors.ts";
import type { ApiOperation, ApiRequest } from "./api-request.ts";

// DynamoDB takes 400 KB an item: nothing larger could be kept, and parsing it would only cost time.
const MAX_BYTES = 512 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Halves of a surrogate pair, which JSON can escape alone. */
function refuseHalves(key: string, value: unknown): unknown {
  if (!key.isWellFormed() || (typeof value === "string" && !value.isWellFormed())) throw new SyntaxError();
  return value;
}

/** The body as JSON whatever Content-Type says, as Glance does. Throws BadRequest when it is missing or malformed. */
export function jsonBody(request: ApiRequest): unknown {
  if (request.body.length === 0) throw new BadRequest("JSON body is missing.");
  if (request.body.length > MAX_BYTES) throw new TooLarge(`JSON body is larger than ${MAX_BYTES} bytes.`);
  try {
    // Bytes and escapes that are no characters would be stored as other ones than were sent.
    return JSON.parse(utf8.decode(request.body), refuseHalves) as unknown;
  } catch {
    throw new BadRequest("Malformed JSON in request body: it must be JSON text in UTF-8.");
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

/** An operation whose route takes no body: one that comes is refused before anything else is looked at. */
export const withoutBody =
  (operation: ApiOperation): ApiOperation =>
  async (request) => {
    refuseBody(request);
    return operation(request);
  };
