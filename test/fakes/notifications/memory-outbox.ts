import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "../../../shared/clock.ts";
import type { Notification } from "../../../shared/notifications/domain/notification.ts";
import type { Outbox, OutboxEntry } from "../../../shared/notifications/ports/outbox.ts";

const streams = ["even", "odd"];

/** The outbox in memory, with two streams. */
export function memoryOutbox(clock: Clock = systemClock) {
  const entries = new Map<string, OutboxEntry>();
  const outbox: Outbox = {
    streams,
    streamOf: (subject) => streams[Number.parseInt(subject.slice(-1), 16) % 2] ?? "even",
    add: async (subject, events: readonly Notification[]) => {
      const at = clock().toISOString();
      for (const [order, event] of events.entries()) {
        const id = randomUUID();
        const place = `${at}#${String(order).padStart(6, "0")}#${id}`;
        entries.set(place, { ...event, id, at, place, stream: outbox.streamOf(subject) });
      }
    },
    waiting: async (stream, limit, after) =>
      [...entries.values()]
        .filter((entry) => entry.stream === stream && (after === undefined || entry.place > after))
        .sort((one, other) => (one.place < other.place ? -1 : 1))
        .slice(0, limit),
    remove: async ({ place }) => {
      entries.delete(place);
    },
  };
  return { outbox, entries };
}
