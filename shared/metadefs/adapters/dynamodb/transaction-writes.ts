import { conditionalPut } from "../../../aws/conditional-put.ts";
import { failedConditions, isItemTooLarge } from "../../../aws/transaction.ts";
import { NamespaceChanged, NamespaceTaken, NamespaceTooLarge } from "../../ports/namespace-store.ts";
import type { GuardedWrite } from "./definition-writes.ts";
import { nameItemKey, namespaceKey, workKey } from "./keys.ts";
import { METADEF_VERSION, namespaceItem, type Stored } from "./namespace-record.ts";
import type { PlannedChange } from "./planned-change.ts";
import { type ChangeWork, workItem } from "./work-record.ts";

/** The record, which guards everything, and the names that it takes and gives up. */
export function frameWrites(
  TableName: string,
  { before, id, name }: PlannedChange,
  after: Stored | undefined,
): GuardedWrite[] {
  const [old, next] = [before?.namespace.namespace, after?.namespace.namespace];
  const raced = new NamespaceChanged(name);
  const seen = before?.namespace;
  const record = after
    ? conditionalPut(TableName, namespaceItem(after), seen)
    : {
        Delete: {
          TableName,
          Key: { ...namespaceKey(id) },
          ConditionExpression: "revision = :before",
          ExpressionAttributeValues: { ":before": seen?.revision },
        },
      };
  const writes: GuardedWrite[] = [{ write: record, refusal: raced }];
  if (old !== undefined && old !== next)
    writes.push({ write: { Delete: { TableName, Key: { ...nameItemKey(old) } } } });
  if (next !== undefined && old !== next) {
    const item = { ...nameItemKey(next), v: METADEF_VERSION, id };
    writes.push({ write: conditionalPut(TableName, item, undefined), refusal: new NamespaceTaken(next) });
  }
  return writes;
}

/** What the transaction makes of the work record: what is left then, or nothing. */
export function workWrites(
  TableName: string,
  name: string,
  { staged, left }: { readonly staged: ChangeWork | undefined; readonly left: ChangeWork | undefined },
): GuardedWrite[] {
  const isStaged = {
    ConditionExpression: "#state = :staged",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":staged": "staged" },
  };
  const refusal = new NamespaceChanged(name);
  const condition = staged ? isStaged : {};
  if (left) return [{ write: { Put: { TableName, Item: workItem(left), ...condition } }, refusal }];
  return staged
    ? [{ write: { Delete: { TableName, Key: { ...workKey(staged.id) }, ...condition } }, refusal }]
    : [];
}

/** Why a transaction of these writes was refused; the error itself when none of them says. */
export const refusalOf = (writes: readonly GuardedWrite[], name: string, error: unknown): unknown => {
  if (isItemTooLarge(error)) return new NamespaceTooLarge(name, "an item of the table holds");
  const [first] = failedConditions(error) ?? [];
  return (first !== undefined && writes[first]?.refusal) || error;
};
