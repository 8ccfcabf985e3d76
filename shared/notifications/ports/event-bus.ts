import type { Envelope } from "../domain/envelope.ts";

/** Most events of one call. */
export const EVENTS_AT_ONCE = 10;

/** What became of the events of one call; those that are in neither were not taken now and may be later. */
export interface Published {
  /** Ids of the events that the bus has. */
  readonly accepted: ReadonlySet<string>;
  /** Events that it will never take as they are: id and reason. */
  readonly refused: ReadonlyMap<string, string>;
  /** Why the others were not taken. */
  readonly unavailable?: string;
}

/** Hands notifications to whoever subscribes. */
export interface EventBus {
  /**
   * Publishes at most EVENTS_AT_ONCE events in their order. At least once: an event whose acceptance was lost is
   * sent again, with the same id. One that is larger than the bus takes is cut as `truncateToFit` says. Passing troubles
   * are retried for a few seconds; never throws.
   */
  publish(events: readonly Envelope[]): Promise<Published>;
}
