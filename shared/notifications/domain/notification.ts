/** A notification as Glance sends it; it goes into the outbox with the change that it tells of. */
export interface Notification {
  /** As oslo.messaging names it: `image.create`. */
  readonly event_type: string;
  readonly priority: "INFO" | "ERROR";
  /** Failures say only a sentence. */
  readonly payload: Readonly<Record<string, unknown>> | string;
  /** Keys of the payload that were cut because the notification was larger than the outbox or the bus takes. */
  readonly truncated?: readonly string[];
}

/** Those that nobody has disabled, by their type or any group of it (`image`, `image.member`). */
export const enabledEvents = (
  events: readonly Notification[],
  disabled: readonly string[],
): readonly Notification[] =>
  events.filter(({ event_type }) => !disabled.some((name) => `${event_type}.`.startsWith(`${name}.`)));
