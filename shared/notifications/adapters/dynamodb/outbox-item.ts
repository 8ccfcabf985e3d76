import { randomUUID } from "node:crypto";
import type { Notification } from "../../domain/notification.ts";
import type { OutboxEntry } from "../../ports/outbox.ts";
import { idOfOutboxKey, outboxKey } from "./outbox-keys.ts";

const ITEM_VERSION = 1;
/** What nobody delivers for this long is given up: DynamoDB's TTL removes it. */
const OUTBOX_SECONDS = 14 * 86_400;

/** Items of notifications that are written at one time. */
export const outboxItems = (subject: string, time: Date, events: readonly Notification[]) =>
  events.map((event, order) => {
    const at = time.toISOString();
    return {
      ...outboxKey(subject, at, order, randomUUID()),
      v: ITEM_VERSION,
      at,
      ...event,
      expires_at_ttl: Math.ceil(time.getTime() / 1000) + OUTBOX_SECONDS,
    };
  });

export function outboxEntryOf(item: Record<string, unknown>): OutboxEntry {
  const { pk, sk, v, expires_at_ttl, ...entry } = item;
  const place = String(sk);
  return { ...entry, id: idOfOutboxKey(place), stream: String(pk), place } as OutboxEntry;
}
