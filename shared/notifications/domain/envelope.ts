import type { Notification } from "./notification.ts";

/** A notification as subscribers get it, with the keys of oslo.messaging's envelope. */
export interface Envelope extends Notification {
  /** The same for every copy of one notification. */
  readonly message_id: string;
  readonly publisher_id: string;
  /** UTC as oslo.messaging writes it: `2026-01-31 12:00:00.123000`. */
  readonly timestamp: string;
  /** Keys of the payload that were emptied because the notification was larger than the bus takes. */
  readonly truncated?: readonly string[];
}

/** `at` is ISO 8601 with milliseconds. */
export const envelopeOf = (
  { event_type, priority, payload }: Notification,
  { id, at, publisherId }: { readonly id: string; readonly at: string; readonly publisherId: string },
): Envelope => ({
  message_id: id,
  publisher_id: publisherId,
  event_type,
  priority,
  timestamp: `${at.slice(0, 23).replace("T", " ")}000`,
  payload,
});

/** Longest sentence of a failure that is too large as a whole. */
const SENTENCE = 1000;

/**
 * The envelope in at most `bytes` of JSON: what does not fit loses its `properties`, then its `tags`, and says so
 * in `truncated`; the image itself still has them. Nothing else of a payload can be large.
 */
export function truncateToFit(envelope: Envelope, bytes: number): Envelope {
  const fits = (candidate: Envelope) => Buffer.byteLength(JSON.stringify(candidate)) <= bytes;
  if (fits(envelope)) return envelope;
  const { payload } = envelope;
  if (typeof payload === "string")
    return { ...envelope, payload: payload.slice(0, SENTENCE), truncated: ["payload"] };
  const withoutProperties = {
    ...envelope,
    payload: { ...payload, properties: {} },
    truncated: ["properties"],
  };
  if (fits(withoutProperties)) return withoutProperties;
  return {
    ...envelope,
    payload: { ...payload, properties: {}, tags: [] },
    truncated: ["properties", "tags"],
  };
}
