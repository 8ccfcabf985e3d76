import { ownValue } from "../../own-value.ts";
import { AwsFailure } from "../aws-failure.ts";
import { holdsCondition } from "./holds-condition.ts";
import type { DynamodbRequest } from "./request.ts";

type KeyConditions = NonNullable<DynamodbRequest["KeyConditions"]>;

const comparisons = new Map([
  ["EQ", "="],
  ["LT", "<"],
  ["LE", "<="],
  ["GT", ">"],
  ["GE", ">="],
  ["BETWEEN", "between"],
  ["BEGINS_WITH", "begins_with"],
]);

/** Developer guide, "Supported data types": a key's string or binary is longer than zero; so is what is sought. */
export function refuseEmptyKeys({ KeyConditions = {} }: DynamodbRequest): void {
  for (const [name, { AttributeValueList }] of Object.entries(KeyConditions))
    for (const { S, B } of AttributeValueList) {
      if (S !== "" && B !== "") continue;
      const what = S === "" ? "string" : "binary";
      throw new AwsFailure(
        "ValidationException",
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${what} value. Key: ${name}`,
      );
    }
}

/** The conditions on the partition key alone. */
export const onHashKey = (conditions: KeyConditions, hashKey: string): KeyConditions =>
  Object.fromEntries(Object.entries(conditions).filter(([name]) => name === hashKey));

/**
 * Refuses a start key outside the range asked for. dynalite compares strings by UTF-16 here and refuses keys that
 * it gave itself; DynamoDB sorts them by UTF-8.
 */
export function refuseStartOutside({ KeyConditions = {}, ExclusiveStartKey }: DynamodbRequest): void {
  for (const [name, { ComparisonOperator, AttributeValueList }] of Object.entries(KeyConditions)) {
    const type = comparisons.get(ComparisonOperator) ?? "=";
    const call = type === "begins_with" ? { type: "function", name: type } : { type };
    const start = ownValue(ExclusiveStartKey, name);
    if (start === undefined || holdsCondition({ ...call, args: [start, ...AttributeValueList] }, undefined))
      continue;
    throw new AwsFailure(
      "ValidationException",
      "The provided starting key does not match the range key predicate",
    );
  }
}
