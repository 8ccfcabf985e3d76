import deleteItem from "dynalite/actions/deleteItem.js";
import putItem from "dynalite/actions/putItem.js";
import updateItem from "dynalite/actions/updateItem.js";
import { AwsFailure } from "../aws-failure.ts";
import { checkIndexKeys } from "./check-index-keys.ts";
import { copyOperands } from "./copy-operands.ts";
import { asAwsFailure } from "./dynalite-failure.ts";
import { holdsCondition } from "./holds-condition.ts";
import { type Item, itemBytes, maxItemBytes } from "./item.ts";
import type { DynamodbRequest, UpdateSection } from "./request.ts";
import type { Table } from "./table.ts";

export type WriteKind = "Put" | "Update" | "Delete" | "ConditionCheck";

export interface Written {
  /** The item as it should be now; undefined: no item. */
  readonly item: Item | undefined;
  /** What `ReturnValues` asks for. */
  readonly attributes?: Item;
}

const actions = { Put: putItem, Update: updateItem, Delete: deleteItem };

/**
 * What the request makes of the existing item; nothing is written. The caller holds the item's lock and writes
 * the result. Throws ConditionalCheckFailedException (with `Item` when the request asks for it) and
 * ValidationException.
 */
export function evaluateWrite(
  kind: WriteKind,
  table: Table,
  request: DynamodbRequest,
  existing: Item | undefined,
): Written {
  // dynalite would judge it once more, by rules of its own.
  const { _condition, ...unconditional } = request;
  try {
    if (_condition && !holdsCondition(_condition.expression, existing))
      throw new AwsFailure("ConditionalCheckFailedException", "The conditional request failed");
    if (kind === "ConditionCheck") return { item: existing };
    const written = runAction(
      actions[kind],
      table,
      removalsLastFirst(copyOperands(unconditional, existing)),
      existing,
    );
    if (written.item) {
      checkItemBytes(kind, written.item);
      checkIndexKeys(table, written.item);
    }
    return written;
  } catch (error) {
    throw withItem(asAwsFailure(error), request, existing);
  }
}

/** Runs dynalite's action on a store that holds this one item and keeps what is written. */
function runAction(
  action: DynaliteAction,
  table: Table,
  request: DynamodbRequest,
  existing: Item | undefined,
): Written {
  let item = existing;
  let outcome: { error?: Error | null | undefined; attributes?: Item | undefined } | undefined;
  const write = (written: Item | undefined, callback: (error: null) => void) => {
    item = written;
    callback(null);
  };
  type Release = <Callback>(callback: Callback) => Callback;
  const itemDb = {
    lock: (_key: string, run: (release: Release) => void) => run((callback) => callback),
    get: (_key: string, callback: (error: null, item: Item | undefined) => void) => callback(null, existing),
    put: (_key: string, written: Item, callback: (error: null) => void) => write(written, callback),
    del: (_key: string, callback: (error: null) => void) => write(undefined, callback),
  };
  const ignore = (...parameters: unknown[]) => (parameters.at(-1) as (error: null) => void)(null);
  const store: DynaliteStore = {
    options: { maxItemSize: maxItemBytes },
    getTable: (_name, callback) => callback(null, table.schema),
    getItemDb: () => itemDb,
    getIndexDb: () => ({ put: ignore, del: ignore }),
  };
  action(store, request, (error, answer) => {
    outcome = { error, attributes: answer?.Attributes };
  });
  if (!outcome) throw new Error("dynalite's action did not end at once");
  if (outcome.error) throw outcome.error;
  return { item, ...(outcome.attributes && { attributes: outcome.attributes }) };
}

/**
 * All paths of an update mean the item as it was. dynalite takes list elements out one by one, which moves the
 * ones behind; inner lists first and from the highest index down, none of those still wanted is moved.
 */
function removalsLastFirst(request: DynamodbRequest): DynamodbRequest {
  if (!request._updates) return request;
  const elementOf = ({ type, path }: UpdateSection) => {
    const last = path.at(-1);
    return type === "remove" && typeof last === "number" ? last : -1;
  };
  const { sections } = request._updates;
  request._updates.sections = [
    ...sections.filter((section) => elementOf(section) === -1),
    ...sections
      .filter((section) => elementOf(section) >= 0)
      .toSorted((a, b) => b.path.length - a.path.length || elementOf(b) - elementOf(a)),
  ];
  return request;
}

/** dynalite measures characters; DynamoDB's limit is in bytes. Throws ValidationException. */
export function checkItemBytes(kind: WriteKind, item: Item): void {
  if (itemBytes(item) <= maxItemBytes) return;
  const message =
    kind === "Update"
      ? "Item size to update has exceeded the maximum allowed size"
      : "Item size has exceeded the maximum allowed size";
  throw new AwsFailure("ValidationException", message);
}

function withItem(error: unknown, request: DynamodbRequest, existing: Item | undefined): unknown {
  const wanted = request.ReturnValuesOnConditionCheckFailure === "ALL_OLD" && existing;
  if (!wanted || !(error instanceof AwsFailure) || error.code !== "ConditionalCheckFailedException")
    return error;
  return new AwsFailure(error.code, error.message, error.status, { Item: existing });
}
