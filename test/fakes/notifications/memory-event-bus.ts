import type { Envelope } from "../../../shared/notifications/domain/envelope.ts";
import { truncateToFit } from "../../../shared/notifications/domain/truncate-to-fit.ts";
import type { EventBus } from "../../../shared/notifications/ports/event-bus.ts";

const MOST_BYTES = 256_000;

/** A bus that keeps what it was given; `unavailable` and `refuses` make it behave like one in trouble. */
export function memoryEventBus() {
  const published: Envelope[] = [];
  const state = { unavailable: false, refuses: (_event: Envelope) => false };
  const bus: EventBus = {
    publish: async (events) => {
      if (state.unavailable) return { accepted: new Set(), refused: new Map(), unavailable: "Throttling" };
      const refused = events.filter(state.refuses);
      const accepted = events.filter((event) => !refused.includes(event));
      published.push(...accepted.map((event) => truncateToFit(event, MOST_BYTES)));
      return {
        accepted: new Set(accepted.map(({ message_id }) => message_id)),
        refused: new Map(refused.map(({ message_id }) => [message_id, "MalformedDetail"])),
      };
    },
  };
  return { bus, published, state };
}
