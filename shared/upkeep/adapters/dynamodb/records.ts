import { type DynamoDBDocumentClient, GetCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { Key } from "../../../aws/table-key.ts";
import { failedConditions, writeTransaction } from "../../../aws/transaction.ts";
import { imageKey, memberKey, transferKey } from "../../../images/adapters/dynamodb/keys.ts";
import { readItems } from "../../../images/adapters/dynamodb/read-images.ts";
import { unchanged } from "../../../images/adapters/dynamodb/unchanged.ts";
import type { RecordFault, RecordRef, Records } from "../../ports/records.ts";
import { type FoundFault, faultsIn } from "./record-faults.ts";
import { keyPrefixOf, refOfKey } from "./record-refs.ts";
import {
  type Item,
  isJudged,
  isSound,
  type Judged,
  keyOf,
  ownerOf,
  Snapshot,
  textOf,
  witnesses,
} from "./record-snapshot.ts";

/** So often an owner may change while a record is looked at. */
const ATTEMPTS = 5;

const different = (keys: readonly Key[]): Key[] => [
  ...new Map(keys.map((key) => [textOf(key), key])).values(),
];

/** Of a page: the owners, and what must be read to know the witnesses. */
const firstReads = (ref: Judged): Key[] => [
  imageKey(ref.imageId),
  ...(ref.kind === "transfer" || ref.kind === "open transfer"
    ? [transferKey(ref.imageId, ref.transferId)]
    : []),
  ...(ref.kind === "member" || ref.kind === "member entry" ? [memberKey(ref.imageId, ref.memberId)] : []),
];

/**
 * All records of the one table. A Scan sees the keys of all items and nothing else of them, which is all that the
 * policy of upkeep allows; images and what hangs on them are read by their keys.
 */
export function dynamodbRecords(client: DynamoDBDocumentClient, TableName: string): Records {
  const get = async (Key: Key): Promise<Item | undefined> =>
    (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const readAll = (keys: readonly Key[]) => readItems(client, TableName, different(keys));

  /** A record with its owner and witnesses as they were at one moment: the owner's revision did not move. */
  const stateOf = async (ref: Judged): Promise<Snapshot> => {
    const ownerKey = ownerOf(ref);
    for (let attempt = 1; ; attempt++) {
      const owner = await get(ownerKey);
      const seen = new Snapshot().add(owner ? [owner] : []);
      const others = [keyOf(ref), ...witnesses(ref, seen)].filter((key) => textOf(key) !== textOf(ownerKey));
      seen.add(await readAll(others));
      if ((await get(ownerKey))?.revision === owner?.revision) return seen;
      if (attempt >= ATTEMPTS) throw new Error(`${textOf(ownerKey)} changes too often to be looked at`);
    }
  };

  const mend = async (ref: Judged, seen: Snapshot, { write }: FoundFault): Promise<boolean> => {
    const key = ownerOf(ref);
    const owner = seen.item(key) as { readonly revision: number } | undefined;
    try {
      await writeTransaction(client, [...(write ? [write] : []), unchanged(TableName, key, owner)]);
      return true;
    } catch (error) {
      if (failedConditions(error) === undefined) throw error;
      return false;
    }
  };

  return {
    walk: async ({ limit, after, only }) => {
      const prefix = only && keyPrefixOf[only];
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
      const seen = new Snapshot()
        // What the walk has just seen is there.
        .add(
          judged
            .filter(({ kind }) => kind === "list entry" || kind === "open transfer")
            .map(keyOf) as unknown as Item[],
        )
        .add(await readAll(judged.flatMap(firstReads)));
      seen.add(
        await readAll([
          ...judged.flatMap((ref) => witnesses(ref, seen)),
          ...judged.filter(({ kind }) => kind === "member entry").map(keyOf),
        ]),
      );
      const images = judged.flatMap((ref) => {
        const image = ref.kind === "image" ? seen.image(ref.imageId) : undefined;
        return image && isSound(image, image.id) ? [image] : [];
      });
      const isSuspect = (ref: RecordRef): boolean =>
        ref.kind === "unknown" || (isJudged(ref) && faultsIn(TableName, ref, seen).length > 0);
      return { images, suspects: refs.filter(isSuspect) };
    },

    faultsOf: async (ref): Promise<RecordFault[]> => {
      if (ref.kind === "unknown")
        return [{ kind: "record-unknown", subject: ref.key, imageId: null, evidence: { key: ref.key } }];
      if (!isJudged(ref)) return [];
      const seen = await stateOf(ref);
      return faultsIn(TableName, ref, seen).map((fault) => ({
        kind: fault.kind,
        subject: fault.subject,
        imageId: ref.imageId,
        evidence: fault.evidence,
        ...(fault.write && { mend: () => mend(ref, seen, fault) }),
      }));
    },
  };
}
