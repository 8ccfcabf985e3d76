import {
  type DeliveryPorts,
  deliverOutbox,
  waitingTooLong,
} from "../../notifications/operations/deliver-notifications.ts";
import type { JobRun } from "./job-run.ts";
import type { Job } from "./run-job.ts";

const PAGE = 100;

export interface OutboxJobPorts extends DeliveryPorts {
  /** Told when notifications have waited too long after a run: an alarm reads it. */
  readonly warn: (waiting: { readonly waiting_seconds: number; readonly oldest?: string }) => void;
}

/** What a run would publish, one decision each. */
async function wouldDeliver({ outbox }: DeliveryPorts, run: JobRun): Promise<void> {
  for (const stream of outbox.streams) {
    let after: string | undefined;
    do {
      const page = await outbox.waiting(stream, PAGE, after);
      for (const { id, at, event_type, place } of page) {
        if (!run.bounds.isLeft()) return;
        await run.consider({ kind: "notification", id, since: at }, async () => ({
          what: "deliver",
          why: "it waits in the outbox",
          evidence: { event_type },
          act: async () => false,
        }));
        after = place;
      }
      if (page.length < PAGE) after = undefined;
    } while (after !== undefined);
  }
}

/** Delivers the notifications whose hint was lost or that the bus did not take; at least once, with the same ids. */
export const outboxJob = (ports: OutboxJobPorts): Job => ({
  name: "outbox",
  run: async (run) => {
    if (run.dryRun) return wouldDeliver(ports, run);
    const delivery = await deliverOutbox(ports)(() => run.bounds.isLeft());
    run.tally.add(delivery);
    const waiting_seconds = waitingTooLong(delivery, ports.clock());
    if (waiting_seconds !== undefined)
      ports.warn({ waiting_seconds, ...(delivery.oldest === undefined ? {} : { oldest: delivery.oldest }) });
  },
});
