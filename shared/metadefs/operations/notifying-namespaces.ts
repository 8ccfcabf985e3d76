import { enabledEvents } from "../../notifications/domain/notification.ts";
import { type Hints, hintAt } from "../../notifications/operations/notify.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";

/** A catalogue that writes the wanted notifications only, and has them delivered. */
export const notifyingNamespaces = (namespaces: NamespaceStore, hints: Hints): NamespaceStore => ({
  ...namespaces,
  commit: async (change) => {
    const events = enabledEvents(change.events ?? [], hints.disabled);
    const written = await namespaces.commit({ ...change, events });
    if (events.length > 0) await hintAt(hints, written.id);
    return written;
  },
});
