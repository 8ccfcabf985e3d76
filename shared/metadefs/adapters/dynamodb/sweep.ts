import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { deleteItems } from "../../../aws/batch-write.ts";
import { conditionHeld, outlastingTransactions } from "../../../aws/condition-held.ts";
import { partitionItems } from "../../../aws/partition-items.ts";
import type { Key } from "../../../aws/table-key.ts";
import { namespacePartition, setPrefix, workKey } from "./keys.ts";
import { entriesOf } from "./list-entries.ts";
import { endEvents } from "./staged-events.ts";
import type { ChangeWork, Remains } from "./work-record.ts";

/** Keys deleted between two looks at the clock. */
const CHUNK = 200;

/**
 * Ends the hope of a change that has only staged: false when it was committed or its work is over. From then on its
 * transaction is refused.
 */
const abandon = (client: DynamoDBDocumentClient, TableName: string, work: ChangeWork): Promise<boolean> =>
  conditionHeld(() =>
    client.send(
      new UpdateCommand({
        TableName,
        Key: { ...workKey(work.id) },
        UpdateExpression: "SET #state = :abandoned",
        // Also when it is abandoned already: the answer may have been lost.
        ConditionExpression: "#state IN (:staged, :abandoned)",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":abandoned": "abandoned", ":staged": "staged" },
      }),
    ),
  );

async function* remainingKeys(
  client: DynamoDBDocumentClient,
  tableName: string,
  namespace: string,
  { sets, entries }: Remains,
): AsyncGenerator<Key> {
  if (entries) yield* entriesOf(entries.placed, entries.generation);
  for (const { collection, set } of sets) {
    const range = { pk: namespacePartition(namespace), prefix: setPrefix(collection, set), keysOnly: true };
    for await (const { pk, sk } of partitionItems(client, tableName, range)) yield { pk, sk } as Key;
  }
}

/**
 * Ends what a change has in hand: notifications of a committed one into the outbox, what remains away, the record of
 * it last. False when there is no time left, or its transaction came in between: what is left is for the next one.
 * Idempotent, also when two do it at once.
 */
export async function sweep(
  client: DynamoDBDocumentClient,
  TableName: string,
  work: ChangeWork,
  hasTime: () => boolean,
): Promise<boolean> {
  if (work.state !== "left" && !(await abandon(client, TableName, work))) return false;
  if (work.hasEvents) await endEvents(client, TableName, work.id, { areTold: work.state === "left" });
  let keys: Key[] = [];
  for await (const key of remainingKeys(client, TableName, work.namespace, work.remains)) {
    keys.push(key);
    if (keys.length < CHUNK) continue;
    if (!hasTime()) return false;
    await deleteItems(client, TableName, keys);
    keys = [];
  }
  await deleteItems(client, TableName, keys);
  await outlastingTransactions(() =>
    client.send(new DeleteCommand({ TableName, Key: { ...workKey(work.id) } })),
  );
  return true;
}
