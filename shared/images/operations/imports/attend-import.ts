import type { ImportMessage } from "../../../aws/work-queue.ts";
import type { Explain } from "../../../log.ts";
import type { ImportStep } from "../../domain/import-work.ts";
import { type ImportTask, isImportTask } from "../../domain/task.ts";
import type { RestoreFence } from "../../ports/restore-fence.ts";
import { isRefusal } from "../is-refusal.ts";
import { changeImport, readImport } from "./change-import.ts";
import { failImport } from "./end-import.ts";
import { fetchMessage } from "./fetch-message.ts";
import { holdImport } from "./hold-import.ts";
import { ImportFailed, ImportLost, ImportOver } from "./import-errors.ts";
import { isTooOld } from "./import-lifetime.ts";
import type { ImportPorts, ImportRun, Step, StepOutcome } from "./import-ports.ts";
import { endTransfers } from "./import-transfers.ts";
import { fetchStep } from "./steps/fetch-step.ts";
import { placeStep } from "./steps/place-step.ts";
import { pluginsStep } from "./steps/plugins-step.ts";
import { readStep } from "./steps/read-step.ts";

/** An import whose runs ended so often by an unexpected error ends. */
const MAX_ATTEMPTS = 10;

const steps: Readonly<Record<ImportStep, Step>> = {
  fetch: fetchStep,
  plugins: pluginsStep,
  read: readStep,
  place: placeStep,
};

export type ImportResult =
  | "nothing to do"
  | "imported"
  | "failed"
  | "continues"
  | "waits"
  | "fetches"
  | "converts"
  | "in other hands";

export interface AttendImportPorts extends ImportPorts {
  /** Imports have bytes deleted. */
  readonly fence: RestoreFence;
}

/** Why the import is over for good; undefined for what may pass. */
function finalReason(error: unknown): string | undefined {
  if (error instanceof ImportFailed || error instanceof ImportLost) return error.message;
  return isRefusal(error) ? error.message : undefined;
}

/** Counts a run that ended by an error; whether it was the last one. */
async function noteAttempt(ports: ImportPorts, taskId: string): Promise<boolean> {
  const { task } = await changeImport(ports, { taskId }, ({ task: now }) => ({
    work: { attempts: now.import.attempts + 1 },
  }));
  return task.import.attempts >= MAX_ATTEMPTS;
}

/** Ends what the tasks had under way whose lock was taken over, also of an image that was deleted since. */
async function endPreempted(ports: ImportPorts, { image_id, import: work }: ImportTask): Promise<void> {
  for (const id of work.preempts ?? [])
    await endTransfers(ports, { id, image_id }, { message: "another import has the image" });
}

/** Takes the steps one after the other until the import is over, or no time is left. */
async function takeSteps(
  ports: ImportPorts,
  taskId: string,
  { mayGoOn, isOurs, explain }: Omit<ImportRun, "image" | "task">,
): Promise<Exclude<StepOutcome, "done">> {
  await changeImport(ports, { taskId }, ({ task }) =>
    task.import.preempts === undefined && task.status === "processing"
      ? undefined
      : { work: { preempts: undefined } },
  );
  for (;;) {
    const { image, task } = await readImport(ports, { taskId });
    const outcome = await steps[task.import.step](ports)({ image, task, mayGoOn, isOurs, explain });
    if (outcome !== "done") return outcome;
    if (!(await mayGoOn())) return "continues";
  }
}

async function attend(
  ports: ImportPorts,
  taskId: string,
  run: Omit<ImportRun, "image" | "task">,
): Promise<ImportResult> {
  try {
    return await takeSteps(ports, taskId, run);
  } catch (error) {
    if (error instanceof ImportOver) return "imported";
    const reason = finalReason(error);
    if (reason === undefined && !(await noteAttempt(ports, taskId))) throw error;
    const why = reason ?? "Task failed due to Internal Error";
    run.explain({ why, evidence: {} });
    await failImport(ports, taskId, why);
    return "failed";
  }
}

/**
 * Brings an import on, by one run at a time: through its steps, from where an earlier run stopped, to its end. A run that
 * fails by what may pass is followed by others, MAX_ATTEMPTS in all. Beside a restored table, whose bytes may be in use by
 * now, it does nothing: the job `imports` sends for it again. Idempotent, and safe to run twice at once.
 */
export const attendImport =
  (ports: AttendImportPorts) =>
  async (
    { taskId }: ImportMessage,
    hasTime: () => boolean,
    explain: Explain = () => {},
  ): Promise<ImportResult> => {
    const { tasks, queue, fence } = ports;
    const found = await tasks.findTask(taskId);
    if (!isImportTask(found)) {
      explain({ why: "there is no such task any more, or it is over", evidence: {} });
      return "nothing to do";
    }
    const closed = await fence.whyClosed();
    if (closed !== undefined) {
      explain({ why: `${closed}: release the reaper when both are in order`, evidence: {} });
      return "waits";
    }
    const holding = await holdImport(ports, taskId, hasTime);
    if (!holding) return "in other hands";
    let result: ImportResult;
    try {
      await endPreempted(ports, found);
      if (isTooOld(ports, found)) {
        const why = "The import has not come to its end in time: import the image again.";
        explain({ why, evidence: { created_at: found.created_at } });
        await failImport(ports, taskId, why);
        return "failed";
      }
      result = await attend(ports, taskId, { mayGoOn: holding.mayGoOn, isOurs: holding.isOurs, explain });
    } finally {
      await holding.letGo();
    }
    if (result === "continues") await queue.import({ taskId }, 0);
    if (result === "fetches") await queue.fetch(fetchMessage(found), 0);
    if (result === "converts")
      await queue.convert({ taskId, ...(found.owner !== null && { project: found.owner }) });
    return result;
  };
