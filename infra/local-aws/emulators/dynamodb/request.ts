import validations from "dynalite/validations/index.js";
import { ownValue } from "../../../../shared/own-value.ts";
import { AwsFailure } from "../aws-failure.ts";
import { asAwsFailure } from "./dynalite-failure.ts";
import { type AttributeValue, type Item, maxItemBytes } from "./item.ts";
import { schemas } from "./schemas.ts";

/** What may stand in a request for one item, alone or in a transaction. */
export interface DynamodbRequest {
  TableName: string;
  IndexName?: string;
  Key?: Item;
  Item?: Item;
  ConsistentRead?: boolean;
  ReturnValues?: string;
  ReturnConsumedCapacity?: "INDEXES" | "TOTAL" | "NONE";
  ReturnValuesOnConditionCheckFailure?: "ALL_OLD" | "NONE";
  Limit?: number;
  Select?: string;
  ScanIndexForward?: boolean;
  ExclusiveStartKey?: Item;
  ClientRequestToken?: string;
  RequestItems?: Record<string, KeysAndAttributes | WriteRequest[]>;
  TransactItems?: TransactItem[];
  /** The key condition by attribute, parsed. */
  KeyConditions?: Record<
    string,
    { readonly ComparisonOperator: string; readonly AttributeValueList: AttributeValue[] }
  >;
  /** The expressions, parsed. */
  _condition?: { readonly expression: unknown };
  _filter?: { readonly expression: unknown; readonly pathHeads?: Readonly<Record<string, true>> };
  _projection?: Projection;
  _updates?: { sections: UpdateSection[] };
}

export interface Projection {
  readonly paths: readonly (string | readonly (string | number)[])[];
  readonly nestedPaths: unknown;
}

export interface UpdateSection {
  readonly type: string;
  readonly path: readonly (string | number)[];
}

export interface KeysAndAttributes {
  Keys: Item[];
  ConsistentRead?: boolean;
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  _projection?: Projection;
}

export interface WriteRequest {
  PutRequest?: { Item: Item };
  DeleteRequest?: { Key: Item };
}

export interface TransactItem {
  Put?: DynamodbRequest;
  Update?: DynamodbRequest;
  Delete?: DynamodbRequest;
  ConditionCheck?: DynamodbRequest;
  Get?: DynamodbRequest;
}

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
