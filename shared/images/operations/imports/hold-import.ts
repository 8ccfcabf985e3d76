import type { ImportPorts, ImportRun } from "./import-ports.ts";

/** How long a task is held without a sign of life; a killed run's is taken up by the next one after that. */
const HOLD_MS = 5 * 60_000;
const RENEW_MS = 30_000;
/** What a clock may be wrong by, and a write may take. */
const SAFETY_MS = 60_000;

export interface ImportHolding {
  /** By whom it is held. */
  readonly by: string;
  readonly mayGoOn: ImportRun["mayGoOn"];
  /** Whether no other run can have it yet, with a minute to spare: a hold that could not be renewed ends by itself. */
  readonly isOurs: () => boolean;
  /** For the next run, which need not wait then. */
  readonly letGo: () => Promise<void>;
}

/**
 * Takes a task in hand; undefined when another run has it, or when it is over. `by` is for whoever goes on with what a run
 * of its own name had in hand that is known to be dead; each run has a name of its own otherwise.
 */
export async function holdImport(
  { tasks, clock, newId }: Pick<ImportPorts, "tasks" | "clock" | "newId">,
  taskId: string,
  hasTime: () => boolean,
  by: string = newId(),
): Promise<ImportHolding | undefined> {
  let renewedAt = 0;
  let heldUntil = 0;
  const hold = async (holdMs: number, message?: string): Promise<boolean> => {
    const now = clock();
    renewedAt = now.getTime();
    const end = renewedAt + holdMs;
    const isHeld = await tasks.holdTask(taskId, {
      ...{ by, until: new Date(end).toISOString(), now: now.toISOString() },
      ...(message !== undefined && { message }),
    });
    heldUntil = isHeld ? end : 0;
    return isHeld;
  };
  if (!(await hold(HOLD_MS))) return undefined;
  let isHeld: Promise<boolean> = Promise.resolve(true);
  return {
    by,
    mayGoOn: async (message) => {
      if (clock().getTime() - renewedAt >= RENEW_MS) isHeld = hold(HOLD_MS, message);
      return (await isHeld) && hasTime();
    },
    isOurs: () => clock().getTime() < heldUntil - SAFETY_MS,
    letGo: async () => {
      await hold(0);
    },
  };
}
