import { AwsFailure } from "../aws-failure.ts";
import {
  type CancellationReason,
  conflict,
  noReason,
  reasonOf,
  transactionCanceled,
} from "./cancellation.ts";
import { type Meter, readUnits, transactionFactor } from "./capacity.ts";
import { type Item, itemBytes } from "./item.ts";
import { type ItemChange, itemChange } from "./item-change.ts";
import type { DynamodbRequest } from "./request.ts";
import type { Table } from "./table.ts";
import { findTable, type Tables } from "./tables.ts";
import { type StoredToken, storeToken, tokenOf, wasDone } from "./transaction-token.ts";
import { evaluateWrite, type WriteKind } from "./write-action.ts";
import { keyOfWrite, meterChange } from "./write-item.ts";

/** API reference, TransactWriteItems and TransactGetItems: "cannot exceed 4 MB". */
export const maxTransactionBytes = 4 * 1024 * 1024;

interface Action {
  readonly kind: WriteKind;
  readonly table: Table;
  readonly request: DynamodbRequest;
}

interface LockedAction extends Action {
  readonly key: string;
  readonly existing: Item | undefined;
}

/**
 * TransactWriteItems: all actions or none, in one batch of the storage, so also when the process is killed.
 * A repetition with the same token within 10 minutes does nothing and succeeds, also after a restart.
 */
export async function transactWriteItems(
  tables: Tables,
  request: DynamodbRequest,
  meter: Meter,
): Promise<Record<string, unknown>> {
  const token = tokenOf(request);
  const actions = actionsOf(tables, request);
  const keys = eachOrCancel(actions, ({ table, request: action }) => keyOfWrite(table, action));
  if (new Set(keys).size < keys.length)
    throw new AwsFailure(
      "ValidationException",
      "Transaction request cannot include multiple operations on one item",
    );
  refuseConflicts(tables, keys);
  return tables.locks.hold(token ? [...keys, token.key] : keys, async () => {
    const found = await tables.storage.getMany(token ? [...keys, token.key] : keys);
    const locked = actions.map((action, position) => ({
      ...action,
      key: keys[position] as string,
      existing: found[position] as Item | undefined,
    }));
    if (token && wasDone(token, found[keys.length] as StoredToken | undefined, tables.clock())) {
      meterRepetition(meter, locked);
      return {};
    }
    const changes = evaluate(locked, meter);
    if (token) changes.push(storeToken(token, tables.clock()));
    if (changes.length > 0) await tables.storage.batch(changes);
    return {};
  });
}

/** Developer guide, "Transaction conflict handling". Throws TransactionCanceledException. */
function refuseConflicts({ locks, refusesConflicts }: Tables, keys: readonly string[]): void {
  if (!refusesConflicts || !keys.some((key) => locks.isHeld(key))) return;
  throw transactionCanceled(keys.map((key) => (locks.isHeld(key) ? conflict : noReason)));
}

function actionsOf(tables: Tables, { TransactItems = [] }: DynamodbRequest): Action[] {
  return TransactItems.flatMap((item) =>
    Object.entries(item).map(([kind, request]: [string, DynamodbRequest]) => ({
      kind: kind as WriteKind,
      table: findTable(tables, request.TableName),
      request,
    })),
  );
}

/** Applies `work` to all; when it refuses some, cancels the transaction with a reason for each. */
function eachOrCancel<Member, Result>(
  members: readonly Member[],
  work: (member: Member) => Result,
): Result[] {
  const results: Result[] = [];
  const reasons = members.map((member): CancellationReason => {
    try {
      results.push(work(member));
      return noReason;
    } catch (error) {
      const reason = reasonOf(error);
      if (!reason) throw error;
      return reason;
    }
  });
  if (results.length < members.length) throw transactionCanceled(reasons);
  return results;
}

function evaluate(actions: readonly LockedAction[], meter: Meter) {
  let bytes = 0;
  const evaluateOne = ({ kind, table, request, key, existing }: LockedAction): ItemChange => {
    const written = evaluateWrite(kind, table, request, existing);
    const touched = written.item ?? existing;
    if (touched) bytes += itemBytes(touched);
    const change = itemChange(table, key, existing, written.item);
    return kind === "ConditionCheck" ? { ...change, changes: [] } : change;
  };
  let changes: ItemChange[];
  try {
    changes = eachOrCancel(actions, evaluateOne);
  } catch (error) {
    for (const { table, key, existing } of actions)
      meterChange(meter, table, itemChange(table, key, existing, existing), transactionFactor);
    throw error;
  }
  if (bytes > maxTransactionBytes)
    throw new AwsFailure(
      "ValidationException",
      "The aggregate size of the items in the transaction exceeds 4 MB",
    );
  for (const [position, { table }] of actions.entries())
    meterChange(meter, table, changes[position] as ItemChange, transactionFactor);
  return changes.flatMap((change) => change.changes);
}

/** A repetition is charged as a read of the items (API reference, ClientRequestToken). */
function meterRepetition(meter: Meter, actions: readonly LockedAction[]): void {
  for (const { table, existing } of actions)
    meter.add({
      tableName: table.definition.name,
      readUnits: readUnits(existing ? itemBytes(existing) : 0, true) * transactionFactor,
    });
}
