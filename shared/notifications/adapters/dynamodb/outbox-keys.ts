import type { Key } from "../../../aws/table-key.ts";

// A partition takes 1,000 writes a second: notifications of a busy service spread over a few.
const OUTBOX_SHARDS = 8;
export const outboxPartitions = Array.from({ length: OUTBOX_SHARDS }, (_, shard) => `outbox#${shard}`);
/** All that is told of one subject is in one partition: by the last hexadecimal digit of its id. */
export const outboxPartition = (subject: string): string =>
  `outbox#${Number.parseInt(subject.slice(-1), 16) % OUTBOX_SHARDS || 0}`;
/** Notifications of one write stay in their order: keys sort as texts. A change of metadata definitions tells of hundreds. */
const ORDER_DIGITS = 6;
/** `order` tells notifications of one write apart; `id` is a UUID. */
export const outboxKey = (subject: string, at: string, order: number, id: string): Key => ({
  pk: outboxPartition(subject),
  sk: `${at}#${String(order).padStart(ORDER_DIGITS, "0")}#${id}`,
});
/** The id at the end of a sort key. */
export const idOfOutboxKey = (sortKey: string): string => sortKey.slice(-36);
