import { type DynamoDBDocumentClient, GetCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { readItems } from "../../../aws/read-items.ts";
import type { Key } from "../../../aws/table-key.ts";
import { failedConditions, type WriteItem, writeTransaction } from "../../../aws/transaction.ts";
import { unchanged } from "../../../aws/unchanged.ts";
import type { RecordFault, RecordRef, Records } from "../../ports/records.ts";
import { sumDefinitions } from "./definition-sums.ts";
import type { FoundFault } from "./kinds/record-kind.ts";
import { isJudged, type Judged, kindOf, prefixOf, refOfKey } from "./kinds/record-kinds.ts";
import { type Item, isSound, Snapshot, textOf } from "./record-snapshot.ts";

/** So often a guard may change while a record is looked at. */
const ATTEMPTS = 5;

/** What a record is judged by, and the key of its guard. */
interface State {
  readonly seen: Snapshot;
  readonly guardKey: Key;
}

const different = (keys: readonly Key[]): Key[] => [
  ...new Map(keys.map((key) => [textOf(key), key])).values(),
];

/**
 * All records of the one table. A Scan sees the keys of all items and nothing else of them, which is all that the
 * policy of upkeep allows; the rest is read by keys, and the definitions that a namespace counts by its partition.
 */
export function dynamodbRecords(client: DynamoDBDocumentClient, TableName: string): Records {
  const get = async (Key: Key): Promise<Item | undefined> =>
    (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const readAll = (keys: readonly Key[]) => readItems(client, TableName, different(keys));

  const addDefinitions = async (seen: Snapshot, refs: readonly Judged[]): Promise<void> => {
    // One after the other, as a namespace may have megabytes of them.
    for (const ref of refs) {
      const id = kindOf(ref).countsDefinitionsOf?.(ref);
      if (id !== undefined) seen.addDefinitions(id, await sumDefinitions(client, TableName, id));
    }
  };

  const faultsIn = (ref: Judged, seen: Snapshot): FoundFault[] => kindOf(ref).faults(TableName, ref, seen);

  /** What names the guard, where that has to be read. */
  const guardIn = async (ref: Judged): Promise<{ guardKey: Key; pointer: Item | undefined } | undefined> => {
    const { pointerOf, guardOf } = kindOf(ref);
    const pointer = pointerOf && (await get(pointerOf(ref)));
    if (pointerOf && !pointer) return undefined;
    return { guardKey: guardOf(ref, new Snapshot().add(pointer ? [pointer] : [])), pointer };
  };

  /** Writes, if the guard is what was seen; false when it is not, or the write's own condition does not hold. */
  const writeGuarded = async ({ seen, guardKey }: State, writes: readonly WriteItem[]): Promise<boolean> => {
    const guard = seen.item(guardKey) as { readonly revision: number } | undefined;
    try {
      await writeTransaction(client, [...writes, unchanged(TableName, guardKey, guard)]);
      return true;
    } catch (error) {
      if (failedConditions(error) === undefined) throw error;
      return false;
    }
  };

  /**
   * Whether the guard is still what was seen. A Query, as of definitions, may see a part of a transaction that is being
   * written (DynamoDB, "Transaction isolation levels"): only a transaction comes before or after that as a whole.
   */
  const isUnmoved = async (ref: Judged, state: State): Promise<boolean> => {
    if (kindOf(ref).countsDefinitionsOf) return writeGuarded(state, []);
    return (await get(state.guardKey))?.revision === state.seen.item(state.guardKey)?.revision;
  };

  /** A record with its guard and witnesses as they were at one moment: the guard's revision did not move. */
  const stateOf = async (ref: Judged): Promise<State | undefined> => {
    const { keyOf, guardOf, witnesses } = kindOf(ref);
    for (let attempt = 1; ; attempt++) {
      const named = await guardIn(ref);
      if (!named) return undefined;
      const { guardKey, pointer } = named;
      const guard = await get(guardKey);
      const seen = new Snapshot().add([pointer, guard].filter((item) => item !== undefined));
      const others = [keyOf(ref), ...witnesses(ref, seen)].filter((key) => textOf(key) !== textOf(guardKey));
      seen.add(await readAll(others));
      await addDefinitions(seen, [ref]);
      const isSame = textOf(guardOf(ref, seen)) === textOf(guardKey);
      if (isSame && (await isUnmoved(ref, { seen, guardKey }))) return { seen, guardKey };
      if (attempt >= ATTEMPTS) throw new Error(`${textOf(guardKey)} changes too often to be looked at`);
    }
  };

  return {
    walk: async ({ limit, after, only }) => {
      const prefix = only && prefixOf(only);
      const page = await client.send(
        new ScanCommand({
          TableName,
          ConsistentRead: true,
          Limit: limit,
          Select: "SPECIFIC_ATTRIBUTES",
          ProjectionExpression: "pk, sk",
          ...(prefix !== undefined && {
            FilterExpression: "begins_with(pk, :prefix)",
            ExpressionAttributeValues: { ":prefix": prefix },
          }),
          ...(after !== undefined && { ExclusiveStartKey: JSON.parse(after) }),
        }),
      );
      const refs = ((page.Items ?? []) as unknown as Key[]).flatMap((key) => refOfKey(key) ?? []);
      return {
        refs: only === undefined ? refs : refs.filter(({ kind }) => kind === only),
        ...(page.LastEvaluatedKey && { next: JSON.stringify(page.LastEvaluatedKey) }),
      };
    },

    look: async (refs) => {
      const judged = refs.filter(isJudged);
      const known = (by: "key" | "second read") =>
        judged.filter((ref) => kindOf(ref).isKnownBy === by).map((ref) => kindOf(ref).keyOf(ref));
      const seen = new Snapshot()
        // What the walk has just seen is there.
        .add(known("key") as unknown as Item[])
        .add(await readAll(judged.flatMap((ref) => kindOf(ref).firstReads(ref))));
      seen.add(
        await readAll([
          ...judged.flatMap((ref) => kindOf(ref).witnesses(ref, seen)),
          ...known("second read"),
        ]),
      );
      await addDefinitions(seen, judged);
      const images = judged.flatMap((ref) => {
        const image = ref.kind === "image" ? seen.image(ref.imageId) : undefined;
        return image && isSound(image, image.id) ? [image] : [];
      });
      const isSuspect = (ref: RecordRef): boolean =>
        ref.kind === "unknown" || (isJudged(ref) && faultsIn(ref, seen).length > 0);
      return { images, suspects: refs.filter(isSuspect) };
    },

    faultsOf: async (ref): Promise<RecordFault[]> => {
      if (ref.kind === "unknown")
        return [{ kind: "record-unknown", subject: ref.key, imageId: null, evidence: { key: ref.key } }];
      if (!isJudged(ref)) return [];
      const state = await stateOf(ref);
      if (!state) return [];
      return faultsIn(ref, state.seen).map((fault) => ({
        kind: fault.kind,
        subject: fault.subject,
        imageId: "imageId" in ref ? ref.imageId : null,
        evidence: fault.evidence,
        ...(fault.write && { mend: () => writeGuarded(state, fault.write ? [fault.write] : []) }),
      }));
    },
  };
}
