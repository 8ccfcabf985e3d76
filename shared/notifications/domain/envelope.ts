import type { Notification } from "./notification.ts";

/** A notification as subscribers get it, with the keys of oslo.messaging's envelope. */
export interface Envelope extends Notification {
  /** The same for every copy of one notification. */
  readonly message_id: string;
  readonly publisher_id: string;
  /** UTC as oslo.messaging writes it: `2026-01-31 12:00:00.123000`. */
  readonly timestamp: string;
}

/** `at` is ISO 8601 with milliseconds. */
export const envelopeOf = (
  { event_type, priority, payload, truncated }: Notification,
  { id, at, publisherId }: { readonly id: string; readonly at: string; readonly publisherId: string },
): Envelope => ({
  message_id: id,
  publisher_id: publisherId,
  event_type,
  priority,
  timestamp: `${at.slice(0, 23).replace("T", " ")}000`,
  payload,
  ...(truncated && { truncated }),
});
