import { randomUUID } from "node:crypto";
import type { Notification } from "../../../images/domain/image-events.ts";
import type { OutboxEntry } from "../../ports/outbox.ts";
import { idOfSortKey, outboxKey } from "../../../images/adapters/dynamodb/keys.ts";

const ITEM_VERSION = 1;
/** What nobody delivers for this long is given up: DynamoDB's TTL removes it. */
const OUTBOX_SECONDS = 14 * 86_400;

/** Items of notifications that are written at one time. */
export const outboxItems = (imageId: string, time: Date, events: readonly Notification[]) =>
  events.map((event, order) => {
    const at = time.toISOString();
    return {
      ...outboxKey(imageId, at, order, randomUUID()),
      v: ITEM_VERSION,
      at,
      ...event,
      expires_at_ttl: Math.ceil(time.getTime() / 1000) + OUTBOX_SECONDS,
    };
  });

export function outboxEntryOf(item: Record<string, unknown>): OutboxEntry {
  const { pk, sk, v, expires_at_ttl, ...entry } = item;
  const place = String(sk);
  return { ...entry, id: idOfSortKey(place), stream: String(pk), place } as OutboxEntry;
}
