import validations from "dynalite/validations/index.js";
import { ownValue } from "../../own-value.ts";
import { AwsFailure } from "../aws-failure.ts";
import { asAwsFailure } from "./dynalite-failure.ts";
import { maxItemBytes } from "./item.ts";
import type { DynamodbRequest } from "./request.ts";
import { schemas } from "./schemas.ts";

/**
 * Checks a request against all that does not need the tables (members, types, limits, expressions) and
 * parses its expressions. The input is left as it was. Throws AwsFailure: `UnknownOperationException`,
 * `SerializationException`, `ValidationException`.
 */
export function parseRequest(operation: string, input: Record<string, unknown>): DynamodbRequest {
  const schema = ownValue(schemas, operation);
  if (!schema)
    throw new AwsFailure(
      "UnknownOperationException",
      `DynamoDB's ${operation} is not offered by this runtime`,
    );
  try {
    // dynalite deletes members that it does not know.
    const request = validations.checkTypes(structuredClone(input), schema.types);
    validations.checkValidations(request, schema.types, schema.custom, {
      options: { maxItemSize: maxItemBytes },
    });
    return request;
  } catch (error) {
    // Documents so odd that dynalite trips over them (null for a map, endless nesting).
    if (error instanceof TypeError || error instanceof RangeError)
      throw new AwsFailure("SerializationException", "The request could not be read");
    throw asAwsFailure(error);
  }
}
