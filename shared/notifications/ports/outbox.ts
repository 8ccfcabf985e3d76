import type { Notification } from "../domain/notification.ts";

/** A notification that waits for its delivery. */
export interface OutboxEntry extends Notification {
  /** Its name for good: every copy that is delivered carries it. */
  readonly id: string;
  /** ISO 8601: when it was written. */
  readonly at: string;
  readonly stream: string;
  /** Its place in the stream: sorts by time. */
  readonly place: string;
}

/** Where notifications wait; the image store writes them with their change. */
export interface OutboxWriter {
  /** Writes notifications that tell of no change. */
  add(subject: string, events: readonly Notification[]): Promise<void>;
}

/**
 * The delivering side. All notifications of one image are in one stream, in the order in which they were written
 * (as far as the clocks of the writers agree). Entries that nobody delivers for 14 days are gone.
 */
export interface Outbox extends OutboxWriter {
  readonly streams: readonly string[];
  streamOf(subject: string): string;
  /** Oldest first, at most `limit`, after the place `after`. Strongly consistent. */
  waiting(stream: string, limit: number, after?: string): Promise<readonly OutboxEntry[]>;
  /** Forgets what is delivered. Idempotent. */
  remove(entry: OutboxEntry): Promise<void>;
}
