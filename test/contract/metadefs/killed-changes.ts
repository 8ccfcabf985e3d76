import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { dynamodbNamespaceStore } from "../../../shared/metadefs/adapters/dynamodb/namespace-store.ts";
import { dynamodbUnfinishedChanges } from "../../../shared/metadefs/adapters/dynamodb/unfinished-changes.ts";
import type { Namespace } from "../../../shared/metadefs/domain/namespace.ts";
import type { NamespaceChange, WholeNamespace } from "../../../shared/metadefs/ports/namespace-store.ts";
import { type FaultPoint, faulty, InjectedFault } from "../../fakes/faulty.ts";
import { catalogueOnDynamodb } from "./catalogue-on-dynamodb.ts";
import {
  added,
  aNamespace,
  association,
  event,
  listed,
  object,
  property,
  tag,
  told,
} from "./some-namespaces.ts";
import { wrongItems } from "./table-state.ts";

const TableName = "images";
const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${n}`);
const events = names("event", 120).map((what) => event(what, 100));
const types = names("T", 30).map((name) => association(name));
const OTHERS = 20;
const contentOf = (count: number) => [
  ...added("tags", names("t", count - OTHERS).map(tag)),
  ...added(
    "properties",
    names("p", OTHERS / 2).map((name) => property(name)),
  ),
  ...added(
    "objects",
    names("o", OTHERS / 2).map((name) => object(name)),
  ),
];

type Rest = Omit<NamespaceChange, "before" | "after">;

/** Changes of a namespace with `count` definitions; `after` undefined: it goes. */
const changesOf = (
  count: number,
): Readonly<Record<string, (before: Namespace) => { after: Namespace | undefined } & Rest>> => ({
  "rename and publish": (before) => ({
    after: { ...before, namespace: `${before.namespace}-renamed`, visibility: "public" },
  }),
  "replace all tags": (before) => ({
    after: before,
    emptied: ["tags"],
    writes: added("tags", names("t", count).map(tag)),
  }),
  "append tags": (before) => ({ after: before, writes: added("tags", names("more", 100).map(tag)) }),
  "empty the tags": (before) => ({ after: before, emptied: ["tags"] }),
  delete: () => ({ after: undefined }),
});

/** A client that writes down of which kind its calls are. */
const recorded = (documents: DynamoDBDocumentClient, made: string[]): DynamoDBDocumentClient =>
  new Proxy(documents, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return (command: Parameters<DynamoDBDocumentClient["send"]>[0]) => {
        made.push(command.constructor.name);
        return target.send(command);
      };
    },
  });

async function aTable() {
  const { store, outbox, documents } = await catalogueOnDynamodb(0);
  const catalogue = { store, outbox };
  const unfinished = dynamodbUnfinishedChanges(documents, TableName);
  /** The change by a client that is killed at this point; the calls that it made, by their kinds. */
  const kill = async (change: NamespaceChange, point: FaultPoint | undefined): Promise<string[]> => {
    const made: string[] = [];
    const { ports } = faulty({ documents: recorded(documents, made) }, point);
    const killed = dynamodbNamespaceStore(ports.documents as DynamoDBDocumentClient, TableName);
    await killed.commit(change).catch((error: unknown) => {
      if (!(error instanceof InjectedFault)) throw error;
    });
    return made;
  };
  /** What waits in the outbox now, once. */
  const takeTold = async ({ id }: Pick<Namespace, "id">): Promise<unknown[]> => {
    const what = await told(catalogue, { id });
    for (const entry of await outbox.waiting(outbox.streamOf(id), 1000)) await outbox.remove(entry);
    return what;
  };
  const finish = async () => {
    for (const change of await unfinished.waiting(100)) await unfinished.end(change, () => true);
    expect(await unfinished.waiting(100)).toEqual([]);
  };
  return { catalogue, documents, kill, takeTold, finish };
}

/**
 * Before each call and after the last, but of a row of the same, as of many batches, only before its first two, its
 * middle one and its last. Before a call the table is what it was after the one before.
 */
function pointsOf(made: readonly string[]): FaultPoint[] {
  const points: FaultPoint[] = [];
  for (let first = 0; first < made.length; ) {
    let end = first + 1;
    while (made[end] === made[first]) end++;
    const calls = new Set([first, Math.min(first + 1, end - 1), Math.floor((first + end) / 2), end - 1]);
    for (const call of calls) points.push({ call: call + 1, moment: "before" });
    first = end;
  }
  return [...points, { call: made.length, moment: "after" }];
}

/** Kills the change at each point in turn: readers see what was or what will be, at once and when all is finished. */
async function killEverywhere(
  count: number,
  { catalogue, documents, kill, takeTold, finish }: Awaited<ReturnType<typeof aTable>>,
  prepare: () => Promise<{ change: NamespaceChange; name: string; old: WholeNamespace | undefined }>,
): Promise<Set<boolean>> {
  const outcomes = new Set<boolean>();
  const first = await prepare();
  const made = await kill(first.change, undefined);
  await takeTold((first.change.after ?? first.change.before) as Namespace);
  for (const point of pointsOf(made)) {
    const { change, name, old } = await prepare();
    const newName = change.after?.namespace ?? name;
    const { id } = (change.after ?? change.before) as Namespace;
    await kill(change, point);
    const look = async () => ({
      old: newName === name ? undefined : await catalogue.store.read(name),
      whole: await catalogue.store.read(newName),
      lists: await listed(catalogue, { resourceTypes: ["T7"], sortKey: "namespace" }),
    });
    const seen = await look();
    await finish();
    expect(await look(), JSON.stringify(point)).toEqual(seen);
    expect(await wrongItems(documents, TableName), JSON.stringify(point)).toEqual([]);
    const what = await takeTold({ id });
    const isDone = what.length > 0;
    outcomes.add(isDone);
    if (isDone) expect(what).toEqual(names("event", 120));
    const revision = change.after && (change.before?.revision ?? 0) + 1;
    const oldRevision = newName === name ? old?.namespace.revision : undefined;
    expect(seen.whole?.namespace.revision).toBe(isDone ? revision : oldRevision);
    if (!isDone) expect(newName === name ? seen.whole : seen.old).toEqual(old);
    else expect(seen.old).toBeUndefined();
    expect(seen.lists.includes(newName)).toBe(seen.whole !== undefined);
    if (isDone && change.after) {
      const comes = change.writes?.length ?? 0;
      const { tags: now = [], objects = [], properties = [] } = seen.whole?.content ?? {};
      const stays = change.emptied ? OTHERS : old ? count : 0;
      expect(now.length + objects.length + properties.length).toBe(stays + comes);
    }
    const left = seen.whole ?? seen.old;
    if (left) await catalogue.store.commit({ before: left.namespace, after: undefined });
  }
  return outcomes;
}

/** What a catalogue keeps of changes of `count` definitions whose writer is killed, and of what the upkeep ends. */
export function killedChangesContract(count: number) {
  const prepared = async ({ catalogue }: Awaited<ReturnType<typeof aTable>>) => {
    const after = aNamespace({ resource_types: types });
    const before = await catalogue.store.commit({ before: undefined, after, writes: contentOf(count) });
    return { before, old: await catalogue.store.read(before.namespace) };
  };

  describe(`a change of ${count} definitions that is killed anywhere`, () => {
    it("creates all of the namespace or nothing", async () => {
      const outcomes = await killEverywhere(count, await aTable(), async () => {
        const after = aNamespace({ resource_types: types });
        const change = { before: undefined, after, writes: contentOf(count), events };
        return { change, name: after.namespace, old: undefined };
      });
      expect(outcomes).toEqual(new Set([true, false]));
    }, 300_000);

    const changes = changesOf(count);
    it.each(Object.keys(changes))(
      "does all of it or nothing: %s",
      async (what) => {
        const table = await aTable();
        const outcomes = await killEverywhere(count, table, async () => {
          const { before, old } = await prepared(table);
          const change = changes[what]?.(before);
          if (!change) throw new Error(what);
          return { change: { before, events, ...change }, name: before.namespace, old };
        });
        expect(outcomes).toEqual(new Set([true, false]));
      },
      300_000,
    );
  });
}
