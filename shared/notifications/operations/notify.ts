import type { WorkQueue } from "../../aws/work-queue.ts";
import { enabledEvents, type Notification } from "../domain/notification.ts";
import type { OutboxWriter } from "../ports/outbox.ts";

export interface Hints {
  /** Types and groups of events that are not wanted. */
  readonly disabled: readonly string[];
  /** Told what was written, so that it leaves at once; without it the outbox job delivers within minutes. */
  readonly queue?: Pick<WorkQueue, "notify">;
}

/** Has what was written about a subject delivered at once. It is safe already: the outbox job finds what a hint misses. */
export const hintAt = async ({ queue }: Hints, subject: string): Promise<void> => {
  await queue?.notify({ subject }).catch(() => undefined);
};

/** Tells of something that changes no record. */
export type Notify = (subject: string, event: Notification) => Promise<void>;

export const notifyOf =
  (outbox: OutboxWriter, hints: Hints): Notify =>
  async (subject, event) => {
    const events = enabledEvents([event], hints.disabled);
    if (events.length === 0) return;
    await outbox.add(subject, events);
    await hintAt(hints, subject);
  };
