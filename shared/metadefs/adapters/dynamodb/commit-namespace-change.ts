import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { putItems } from "../../../aws/batch-write.ts";
import { outlastingTransactions } from "../../../aws/condition-held.ts";
import { writeTransaction } from "../../../aws/transaction.ts";
import type { Clock } from "../../../clock.ts";
import { outboxItems } from "../../../notifications/adapters/dynamodb/outbox-item.ts";
import type { Namespace } from "../../domain/namespace.ts";
import {
  MAX_NEW_RESOURCE_TYPES,
  type NamespaceChange,
  NamespaceChanged,
  NamespaceTooLarge,
} from "../../ports/namespace-store.ts";
import { changeMark } from "./change-mark.ts";
import type { GuardedWrite } from "./definition-writes.ts";
import { type Layout, layOut } from "./layout.ts";
import { type PlannedChange, planChange } from "./planned-change.ts";
import { namespaceReader } from "./read-namespaces.ts";
import { type ResolvedChange, resolveDefinitions } from "./resolved-definitions.ts";
import { newResourceTypes, resourceTypeWrite } from "./resource-types.ts";
import { eventPacks } from "./staged-events.ts";
import { sweep } from "./sweep.ts";
import { frameWrites, refusalOf, workWrites } from "./transaction-writes.ts";
import { type ChangeWork, isNothing, workItem } from "./work-record.ts";

interface Wiring {
  readonly client: DynamoDBDocumentClient;
  readonly TableName: string;
  readonly clock: Clock;
}

/** A request ends its own work within this; the upkeep job ends the rest. */
const SWEEP_MS = 5000;

/** Ends work as far as it goes now. What a failure leaves, the upkeep job ends. */
async function sweepNow({ client, TableName }: Wiring, work: ChangeWork): Promise<void> {
  const until = performance.now() + SWEEP_MS;
  await sweep(client, TableName, work, () => performance.now() < until).catch(() => false);
}

interface Prepared {
  readonly planned: PlannedChange;
  readonly layout: Layout;
  readonly definitions: ResolvedChange;
  readonly outbox: ReturnType<typeof outboxItems>;
  readonly types: Awaited<ReturnType<typeof newResourceTypes>>;
  /** The work record before the transaction, and after it; undefined where there is none. */
  readonly staged: ChangeWork | undefined;
  readonly left: ChangeWork | undefined;
}

/** Reads what the change is decided by, and refuses what can be refused by that. */
async function prepare({ client, TableName, clock }: Wiring, change: NamespaceChange): Promise<Prepared> {
  const { before, after, events = [] } = change;
  const stored = before && (await namespaceReader(client, TableName).stored(before.id));
  if (before && stored?.namespace.revision !== before.revision) throw new NamespaceChanged(before.namespace);
  const now = clock();
  const planned = planChange(change, stored, changeMark(now));
  const types = after ? await newResourceTypes(client, TableName, before, after) : [];
  if (types.length > MAX_NEW_RESOURCE_TYPES)
    throw new NamespaceTooLarge(planned.name, `${MAX_NEW_RESOURCE_TYPES} new resource types at once`);

  const outbox = outboxItems(planned.id, now, events);
  const layout = layOut(TableName, planned, {
    types: types.length,
    events: outbox.length,
    eventBytes: Buffer.byteLength(JSON.stringify(outbox)),
  });
  const work = {
    id: planned.mark,
    at: now.toISOString(),
    namespace: planned.id,
    hasEvents: layout.eventsAreStaged,
  };
  return {
    planned,
    layout,
    definitions: await resolveDefinitions(client, TableName, planned, layout),
    outbox,
    types,
    staged:
      layout.eventsAreStaged || !isNothing(layout.staged)
        ? { ...work, state: "staged", remains: layout.staged }
        : undefined,
    left:
      layout.eventsAreStaged || !isNothing(layout.left)
        ? { ...work, state: "left", remains: layout.left }
        : undefined,
  };
}

/** Puts what the record is to name. The work record comes first: what nobody names is known by it alone. */
async function stage(
  { client, TableName }: Wiring,
  { definitions, layout, outbox, staged }: Prepared,
): Promise<void> {
  if (!staged) return;
  await outlastingTransactions(() => client.send(new PutCommand({ TableName, Item: workItem(staged) })));
  await putItems(client, TableName, [
    ...layout.stagedEntries.map((key) => ({ ...key })),
    ...definitions.staged,
    ...(layout.eventsAreStaged ? eventPacks(staged.id, outbox) : []),
  ]);
}

async function transact({ client, TableName }: Wiring, prepared: Prepared): Promise<void> {
  const { planned, layout, definitions, outbox, types } = prepared;
  const plain = (items: readonly GuardedWrite["write"][]): GuardedWrite[] =>
    items.map((write) => ({ write }));
  const writes = [
    ...frameWrites(TableName, planned, definitions.after),
    ...definitions.direct,
    ...plain(layout.entryWrites),
    ...plain(types.map((type) => resourceTypeWrite(TableName, type))),
    ...plain(layout.eventsAreStaged ? [] : outbox.map((Item) => ({ Put: { TableName, Item } }))),
    ...workWrites(TableName, planned.name, prepared),
  ];
  try {
    await writeTransaction(
      client,
      writes.map(({ write }) => write),
    );
  } catch (error) {
    throw refusalOf(writes, planned.name, error);
  }
}

/**
 * Writes a change as one transaction. What does not fit into it is staged before, where nothing reads it, and what it
 * leaves behind is swept after it; a work record in the table tells the upkeep job of both, whenever this ends.
 */
export async function commitNamespaceChange(wiring: Wiring, change: NamespaceChange): Promise<Namespace> {
  const prepared = await prepare(wiring, change);
  const { staged, left, planned } = prepared;
  try {
    await stage(wiring, prepared);
    await transact(wiring, prepared);
  } catch (error) {
    // Sweeps only what its transaction cannot name any more, also when the answer to it was lost.
    if (staged) await sweepNow(wiring, staged);
    throw error;
  }
  if (left) await sweepNow(wiring, left);
  return planned.after?.namespace ?? (change.before as Namespace);
}
