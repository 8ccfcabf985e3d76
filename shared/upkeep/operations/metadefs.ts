import type { Clock } from "../../clock.ts";
import type { UnfinishedChange, UnfinishedChanges } from "../../metadefs/ports/unfinished-changes.ts";
import type { JobRun } from "./job-run.ts";
import type { Job } from "./run-job.ts";

export interface MetadefsJobPorts {
  readonly unfinishedChanges: UnfinishedChanges;
  readonly clock: Clock;
}

const PAGE = 100;
/** A request lasts 29 s. A clock that is wrong by less refuses nobody's change; one that is wrong by more, only that. */
const GRACE_MS = 3_600_000;

const end = ({ unfinishedChanges }: MetadefsJobPorts, change: UnfinishedChange, run: JobRun) =>
  run.consider({ kind: "namespace change", id: change.place, since: change.at }, async () => ({
    what: "end",
    why: "its request ended without it",
    evidence: { namespace: change.namespace },
    act: async () => {
      const isEnded = await unfinishedChanges.end(change, () => run.bounds.isLeft());
      if (!isEnded) run.leavesRest();
      return isEnded;
    },
  }));

/**
 * Ends changes of metadata definitions an hour after they began: what was prepared and never written goes, as does
 * what a written one left behind, and its notifications come into the outbox. Needs no place to go on from: what is
 * ended is not found again. Safe to kill anywhere and to run twice at once.
 */
export const metadefsJob = (ports: MetadefsJobPorts): Job => ({
  name: "metadefs",
  run: async (run) => {
    const dueBefore = new Date(ports.clock().getTime() - GRACE_MS).toISOString();
    let after: string | undefined;
    do {
      const page = await ports.unfinishedChanges.waiting(PAGE, after);
      for (const change of page) {
        if (change.at > dueBefore) return;
        if (!run.bounds.isLeft()) return run.leavesRest();
        run.bounds.spend({ objects: 1 });
        await end(ports, change, run);
      }
      after = page.length < PAGE ? undefined : page.at(-1)?.place;
    } while (after !== undefined);
  },
});
