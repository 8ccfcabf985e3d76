import { type Finding, findingId, recordSighting } from "../../../shared/images/domain/finding.ts";
import { findingEvent } from "../../../shared/images/domain/finding-event.ts";
import type { Findings } from "../../../shared/images/ports/findings.ts";
import type { Notification } from "../../../shared/notifications/domain/notification.ts";

/** Findings in memory, with the notifications that they put into the outbox. */
export function memoryFindings() {
  const stored = new Map<string, Finding>();
  const outbox: Notification[] = [];
  const findings: Findings = {
    record: async (sighting, at) => {
      const seen = recordSighting(stored.get(findingId(sighting)), sighting, at.toISOString());
      stored.set(seen.finding.id, seen.finding);
      if (seen.isNews) outbox.push(findingEvent(seen.finding));
      return seen;
    },
    find: async (id) => stored.get(id),
    list: async ({ limit, after, state }) => {
      const all = [...stored.values()]
        .filter((finding) => state === undefined || finding.state === state)
        .filter(({ id }) => after === undefined || id > after)
        .sort((one, other) => (one.id < other.id ? -1 : 1));
      const last = all[limit - 1];
      return all.length > limit && last
        ? { findings: all.slice(0, limit), next: last.id }
        : { findings: all };
    },
    acknowledge: async (id, by, at) => {
      const before = stored.get(id);
      if (!before || before.state === "acknowledged") return before;
      const acknowledged_at = at.toISOString();
      const after: Finding = { ...before, state: "acknowledged", acknowledged_at, acknowledged_by: by };
      stored.set(id, after);
      return after;
    },
  };
  return { findings, outbox, all: () => [...stored.values()] };
}
