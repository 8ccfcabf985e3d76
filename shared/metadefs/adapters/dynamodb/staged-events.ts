import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { deleteItems, putItems } from "../../../aws/batch-write.ts";
import { partitionItems } from "../../../aws/partition-items.ts";
import type { Key } from "../../../aws/table-key.ts";
import type { outboxItems } from "../../../notifications/adapters/dynamodb/outbox-item.ts";
import { eventsPartition } from "./keys.ts";
import { METADEF_VERSION } from "./namespace-record.ts";

type OutboxItem = ReturnType<typeof outboxItems>[number];

/** Bytes of one item of them; one that is larger has an item of its own. */
const PACK_BYTES = 200_000;
const DIGITS = 6;

/** The notifications of a change, a few to an item, as they will be in the outbox: with their ids and their order. */
export function eventPacks(workId: string, events: readonly OutboxItem[]): Record<string, unknown>[] {
  const packs: string[][] = [];
  let room = 0;
  for (const event of events) {
    const text = JSON.stringify(event);
    const bytes = Buffer.byteLength(text);
    if (bytes > room || packs.length === 0) {
      packs.push([]);
      room = PACK_BYTES;
    }
    packs.at(-1)?.push(text);
    room -= bytes;
  }
  return packs.map((pack, n) => ({
    pk: eventsPartition(workId),
    sk: String(n).padStart(DIGITS, "0"),
    v: METADEF_VERSION,
    events: `[${pack.join(",")}]`,
  }));
}

/** Puts staged notifications into the outbox, or drops them. Idempotent: a repetition writes the same ids. */
export async function endEvents(
  client: DynamoDBDocumentClient,
  tableName: string,
  workId: string,
  { areTold }: { readonly areTold: boolean },
): Promise<void> {
  const packs = partitionItems(client, tableName, { pk: eventsPartition(workId) });
  for await (const { pk, sk, events } of packs) {
    if (areTold) await putItems(client, tableName, JSON.parse(String(events)) as Record<string, unknown>[]);
    await deleteItems(client, tableName, [{ pk, sk } as Key]);
  }
}
