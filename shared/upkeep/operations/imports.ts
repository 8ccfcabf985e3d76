import type { WorkQueue } from "../../aws/work-queue.ts";
import type { Clock } from "../../clock.ts";
import { isImportTask } from "../../images/domain/task.ts";
import type { TaskStore } from "../../images/ports/task-store.ts";
import type { Decision } from "./job-run.ts";
import type { Job } from "./run-job.ts";

export interface ImportsPorts {
  readonly tasks: Pick<TaskStore, "findTask" | "openTasks">;
  readonly queue: Pick<WorkQueue, "import">;
  readonly clock: Clock;
}

/** A run that has an import in hand says so twice a minute; a message needs some time to arrive. */
const GRACE_MS = 5 * 60_000;
const PAGE = 100;

/** A message for the worker, where nobody goes on with an import. */
async function judge({ tasks, queue, clock }: ImportsPorts, taskId: string): Promise<Decision | undefined> {
  const task = await tasks.findTask(taskId);
  if (!isImportTask(task)) return undefined;
  const { updated_at, import: work } = task;
  if (clock().getTime() - Date.parse(updated_at) < GRACE_MS) return undefined;
  return {
    what: "send import",
    why: "nobody goes on with it",
    evidence: { updated_at, step: work.step, attempts: work.attempts },
    act: () => queue.import({ taskId }, 0),
  };
}

/**
 * The net under the import worker: sends a message for each import that nobody goes on with, because its message was lost
 * or came too often in vain. The worker ends those that live too long. It changes nothing by itself, so two at once cost
 * messages only.
 */
export const importsJob = (ports: ImportsPorts): Job => ({
  name: "imports",
  run: async (run) => {
    let after: string | undefined;
    do {
      const page = await ports.tasks.openTasks(PAGE, after);
      for (const id of page.tasks) {
        if (!run.bounds.isLeft()) return run.leavesRest();
        run.bounds.spend({ objects: 1 });
        await run.consider({ kind: "task", id }, () => judge(ports, id));
      }
      after = page.next;
    } while (after !== undefined);
  },
});
