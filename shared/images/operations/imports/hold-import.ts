import type { ImportPorts, ImportRun } from "./import-ports.ts";

/** How long a task is held without a sign of life; a killed run's is taken up by the next one after that. */
const HOLD_MS = 5 * 60_000;
const RENEW_MS = 30_000;

interface Holding {
  readonly mayGoOn: ImportRun["mayGoOn"];
  /** For the next run, which need not wait then. */
  readonly letGo: () => Promise<void>;
}

/** Takes a task in hand; undefined when another run has it, or when it is over. */
export async function holdImport(
  { tasks, clock, newId }: Pick<ImportPorts, "tasks" | "clock" | "newId">,
  taskId: string,
  hasTime: () => boolean,
): Promise<Holding | undefined> {
  const by = newId();
  let renewedAt = 0;
  const hold = (holdMs: number, message?: string) => {
    const now = clock();
    renewedAt = now.getTime();
    const until = new Date(renewedAt + holdMs).toISOString();
    return tasks.holdTask(taskId, {
      ...{ by, until, now: now.toISOString() },
      ...(message !== undefined && { message }),
    });
  };
  if (!(await hold(HOLD_MS))) return undefined;
  let isHeld: Promise<boolean> = Promise.resolve(true);
  return {
    mayGoOn: async (message) => {
      if (clock().getTime() - renewedAt >= RENEW_MS) isHeld = hold(HOLD_MS, message);
      return (await isHeld) && hasTime();
    },
    letGo: async () => {
      await hold(0);
    },
  };
}
