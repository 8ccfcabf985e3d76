import { enabledEvents } from "../../notifications/domain/notification.ts";
import { truncateToFit } from "../../notifications/domain/truncate-to-fit.ts";
import { type Hints, hintAt } from "../../notifications/operations/notify.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";

/**
 * Of one notification. Less than the bus takes, and an item of DynamoDB; an object of 1,000 properties says more of itself
 * in it than in its own record.
 */
const MAX_EVENT_BYTES = 200_000;

/** A catalogue that writes the wanted notifications only, in a size that is taken, and has them delivered. */
export const notifyingNamespaces = (namespaces: NamespaceStore, hints: Hints): NamespaceStore => ({
  ...namespaces,
  commit: async (change) => {
    const events = enabledEvents(change.events ?? [], hints.disabled).map((event) =>
      truncateToFit(event, MAX_EVENT_BYTES),
    );
    const written = await namespaces.commit({ ...change, events });
    if (events.length > 0) await hintAt(hints, written.id);
    return written;
  },
});
