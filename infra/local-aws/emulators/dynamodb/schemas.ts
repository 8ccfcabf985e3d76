import batchGetItem from "dynalite/validations/batchGetItem.js";
import batchWriteItem from "dynalite/validations/batchWriteItem.js";
import deleteItem from "dynalite/validations/deleteItem.js";
import describeTable from "dynalite/validations/describeTable.js";
import getItem from "dynalite/validations/getItem.js";
import putItem from "dynalite/validations/putItem.js";
import query from "dynalite/validations/query.js";
import scan from "dynalite/validations/scan.js";
import updateItem from "dynalite/validations/updateItem.js";
import { ownValue } from "../../own-value.ts";
import { checkOperands } from "./check-operands.ts";
import type { DynamodbRequest, TransactItem } from "./request.ts";

type Custom = (request: DynamodbRequest, store: DynaliteStore) => string | undefined;

interface Schema {
  readonly types: DynaliteTypes;
  readonly custom: Custom;
}

const returnOnFailure = {
  ReturnValuesOnConditionCheckFailure: { type: "String", enum: ["ALL_OLD", "NONE"] },
};

// dynalite has them, no code of today writes them: a call that uses one is refused, not half understood.
const legacyParameters = [
  "AttributesToGet",
  "AttributeUpdates",
  "ConditionalOperator",
  "Expected",
  "KeyConditions",
  "QueryFilter",
  "ScanFilter",
];

const expressions = [
  "ConditionExpression",
  "FilterExpression",
  "KeyConditionExpression",
  "ProjectionExpression",
  "UpdateExpression",
];

// Developer guide, "Quotas": the maximum length of any expression string.
const maxExpressionBytes = 4096;

function checkParameters(request: object): string | undefined {
  const given = new Map<string, unknown>(Object.entries(request));
  const legacy = legacyParameters.find((name) => given.has(name));
  if (legacy) return `The legacy parameter ${legacy} is not offered by this runtime: use an expression`;
  for (const name of expressions) {
    const bytes = Buffer.byteLength(String(given.get(name) ?? ""));
    if (bytes > maxExpressionBytes)
      return `Invalid ${name}: Expression size has exceeded the maximum allowed size; expression size: ${bytes}`;
  }
  return undefined;
}

const schemaOf = ({ types, custom }: DynaliteValidation, more: DynaliteTypes = {}): Schema => ({
  types: { ...types, ...more },
  custom: (request, store) => checkParameters(request) ?? custom?.(request, store) ?? checkOperands(request),
});

const batchGet: Schema = {
  types: batchGetItem.types,
  custom: (request, store) => {
    const problems = Object.values(request.RequestItems ?? {}).map(checkParameters);
    return problems.find((problem) => problem !== undefined) ?? batchGetItem.custom?.(request, store);
  },
};

const batchWrite: Schema = {
  types: batchWriteItem.types,
  custom: (request, store) => {
    const count = Object.values(request.RequestItems ?? {}).flat().length;
    if (count > 25) return "Too many items requested for the BatchWriteItem call";
    return batchWriteItem.custom?.(request, store);
  },
};

/** One action of a transaction: members of the like-named operation, some of them mandatory. */
function actionOf(validation: DynaliteValidation, members: readonly string[], mandatory: readonly string[]) {
  const { types } = schemaOf(validation, returnOnFailure);
  return Object.fromEntries(
    members.map((name) => [
      name,
      { ...(ownValue(types, name) as object), ...(mandatory.includes(name) && { notNull: true }) },
    ]),
  );
}

const names = ["TableName", "ExpressionAttributeNames"];
const conditional = [
  ...names,
  "ExpressionAttributeValues",
  "ConditionExpression",
  "ReturnValuesOnConditionCheckFailure",
];

const actions = {
  Put: { validation: putItem, types: actionOf(putItem, [...conditional, "Item"], []) },
  Update: {
    validation: updateItem,
    types: actionOf(updateItem, [...conditional, "Key", "UpdateExpression"], ["UpdateExpression"]),
  },
  Delete: { validation: deleteItem, types: actionOf(deleteItem, [...conditional, "Key"], []) },
  ConditionCheck: {
    validation: deleteItem,
    types: actionOf(deleteItem, [...conditional, "Key"], ["ConditionExpression"]),
  },
  Get: { validation: getItem, types: actionOf(getItem, [...names, "Key", "ProjectionExpression"], []) },
};

type ActionName = keyof typeof actions;

function transactionOf(allowed: readonly ActionName[], refusal: string, more: DynaliteTypes): Schema {
  const children = allowed.map((name) => [
    name,
    { type: `FieldStruct<${name}>`, children: actions[name].types },
  ]);
  const checkMember = (item: TransactItem | null, store: DynaliteStore): string | undefined => {
    const [name, ...others] = Object.keys(item ?? {}) as ActionName[];
    const request = name && item?.[name];
    if (!request || others.length > 0) return refusal;
    return schemaOf(actions[name].validation).custom(request, store);
  };
  return {
    types: {
      ReturnConsumedCapacity: putItem.types.ReturnConsumedCapacity,
      ...more,
      TransactItems: {
        type: "List",
        notNull: true,
        lengthGreaterThanOrEqual: 1,
        lengthLessThanOrEqual: 100,
        children: { type: "ValueStruct<TransactItem>", children: Object.fromEntries(children) },
      },
    },
    custom: (request, store) => {
      for (const item of request.TransactItems ?? []) {
        const problem = checkMember(item, store);
        if (problem) return problem;
      }
      return undefined;
    },
  };
}

/** What is offered, and what its requests may look like. Everything else is an unknown operation. */
export const schemas = {
  GetItem: schemaOf(getItem),
  PutItem: schemaOf(putItem, returnOnFailure),
  UpdateItem: schemaOf(updateItem, returnOnFailure),
  DeleteItem: schemaOf(deleteItem, returnOnFailure),
  Query: schemaOf(query),
  Scan: schemaOf(scan),
  BatchGetItem: batchGet,
  BatchWriteItem: batchWrite,
  TransactWriteItems: transactionOf(
    ["Put", "Update", "Delete", "ConditionCheck"],
    "TransactItems can only contain one of Check, Put, Update or Delete",
    { ClientRequestToken: { type: "String", lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 } },
  ),
  TransactGetItems: transactionOf(["Get"], "TransactItems can only contain Get", {}),
  DescribeTable: schemaOf(describeTable),
} satisfies Record<string, Schema>;

export type DynamodbOperation = keyof typeof schemas;
