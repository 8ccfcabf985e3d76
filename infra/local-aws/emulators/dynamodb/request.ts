import type { AttributeValue, Item } from "./item.ts";
import type { ParsedCondition, ParsedOperand } from "./parsed-condition.ts";

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
  _condition?: { readonly expression: ParsedCondition };
  _filter?: { readonly expression: ParsedCondition; readonly pathHeads?: Readonly<Record<string, true>> };
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
  readonly val?: ParsedOperand;
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
