import type { Clock } from "../../clock.ts";
import { envelopeOf } from "../domain/envelope.ts";
import { EVENTS_AT_ONCE, type EventBus } from "../ports/event-bus.ts";
import type { Outbox, OutboxEntry } from "../ports/outbox.ts";

/** What one run did: `oldest` is when the oldest notification was written that still waits after it. */
export interface Delivery {
  readonly examined: number;
  readonly acted: number;
  readonly failed: number;
  readonly oldest?: string;
}

/** What waits longer was delivered neither by its hint nor by several runs of the job. */
const WORTH_A_WARNING_SECONDS = 300;

/** Seconds for which the oldest notification has waited when a run left it behind; undefined while that is usual. */
export function waitingTooLong({ oldest }: Delivery, now: Date): number | undefined {
  const seconds = oldest === undefined ? 0 : Math.round((now.getTime() - Date.parse(oldest)) / 1000);
  return seconds > WORTH_A_WARNING_SECONDS ? seconds : undefined;
}

export interface UndeliveredNotification {
  readonly message_id: string;
  readonly event_type: string;
  /** Undefined in notifications that say only a sentence. */
  readonly image_id: unknown;
  readonly reason: string;
}

export interface DeliveryPorts {
  readonly outbox: Outbox;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly publisherId: string;
  /** Told why a notification stays where it is. */
  readonly report: (problem: UndeliveredNotification) => void;
}

const PAGE = 100;
/** Most notifications of one stream in one run: no stream keeps the others waiting. */
const MOST = 2000;
/** The job leaves younger ones to the hint that is on its way: they would only be delivered twice. */
const SETTLED_MS = 5000;

class Tally {
  examined = 0;
  acted = 0;
  failed = 0;
  oldest: string | undefined;

  waits({ at }: OutboxEntry): void {
    if (this.oldest === undefined || at < this.oldest) this.oldest = at;
  }

  result(): Delivery {
    const { examined, acted, failed, oldest } = this;
    return { examined, acted, failed, ...(oldest === undefined ? {} : { oldest }) };
  }
}

/** Members are told of with the image's id in another place. */
const imageIdOf = ({ payload }: OutboxEntry): unknown =>
  typeof payload === "string" ? undefined : (payload.image_id ?? payload.id);

/** Publishes a few entries, then forgets those that the bus has. False when the bus takes no more now. */
async function deliver(
  { outbox, bus, publisherId, report }: DeliveryPorts,
  entries: readonly OutboxEntry[],
  tally: Tally,
): Promise<boolean> {
  const published = await bus.publish(entries.map((entry) => envelopeOf(entry, { ...entry, publisherId })));
  const { accepted, refused, unavailable } = published;
  for (const entry of entries.filter(({ id }) => !accepted.has(id))) {
    tally.failed++;
    tally.waits(entry);
    report({
      message_id: entry.id,
      event_type: entry.event_type,
      image_id: imageIdOf(entry),
      reason: refused.get(entry.id) ?? unavailable ?? "not taken",
    });
  }
  const delivered = entries.filter(({ id }) => accepted.has(id));
  // A crash here leaves them to the next run, which publishes them again with the same ids.
  await Promise.all(delivered.map(async (entry) => outbox.remove(entry)));
  tally.acted += delivered.length;
  return unavailable === undefined;
}

/**
 * Delivers one stream from its oldest entry on. What the bus refuses for good stays, is told, and holds up nobody;
 * when the bus takes nothing, the stream stops there, so that its order is kept.
 */
async function deliverStream(
  ports: DeliveryPorts,
  stream: string,
  tally: Tally,
  { hasTime, until }: { hasTime: () => boolean; until?: string },
): Promise<void> {
  let after: string | undefined;
  for (let seen = 0; ; ) {
    const page = await ports.outbox.waiting(stream, PAGE, after);
    for (let at = 0; at < page.length; at += EVENTS_AT_ONCE) {
      const few = page.slice(at, at + EVENTS_AT_ONCE);
      const settled = few.filter((entry) => until === undefined || entry.at <= until);
      const continues = seen < MOST && hasTime();
      seen += few.length;
      tally.examined += few.length;
      for (const entry of continues ? few.slice(settled.length) : few) tally.waits(entry);
      if (!continues) return;
      if (settled.length > 0 && !(await deliver(ports, settled, tally))) return;
      if (settled.length < few.length) return;
    }
    if (page.length < PAGE) return;
    after = page.at(-1)?.place;
  }
}

/** Delivers what waits for these images, and for the others of their streams. Safe to run twice at once. */
export const deliverFor =
  (ports: DeliveryPorts) =>
  async (subjects: readonly string[], hasTime: () => boolean): Promise<Delivery> => {
    const tally = new Tally();
    for (const stream of new Set(subjects.map(ports.outbox.streamOf)))
      await deliverStream(ports, stream, tally, { hasTime });
    return tally.result();
  };

/**
 * The outbox job: delivers whatever waits in any stream and is not on its way already, oldest first, until there is
 * no time left. Safe to run twice at once, and while hints are worked on: notifications then come twice, with the
 * same id. A stream that fails does not keep the others from theirs; its error comes through at the end.
 */
export const deliverOutbox =
  (ports: DeliveryPorts) =>
  async (hasTime: () => boolean): Promise<Delivery> => {
    const tally = new Tally();
    const until = new Date(ports.clock().getTime() - SETTLED_MS).toISOString();
    const streams = ports.outbox.streams.map((stream) =>
      deliverStream(ports, stream, tally, { hasTime, until }),
    );
    for (const outcome of await Promise.allSettled(streams))
      if (outcome.status === "rejected") throw outcome.reason;
    return tally.result();
  };
