import type { ImportTask } from "../../domain/task.ts";
import { changeImport } from "./change-import.ts";
import type { FetchingPorts } from "./fetch-ports.ts";
import { ImportLost, ImportOver } from "./import-errors.ts";

/** Long before a login counts as lost, and longer than any pause of its message. */
const NOTE_MS = 5 * 60_000;

/**
 * Notes that the message with an import's login is alive, though its turn to look at the data has not come: now and
 * then. An import that is over, or lost, is left to whoever goes on with it.
 */
export async function noteLogin(
  ports: FetchingPorts,
  { id, import: work, created_at }: ImportTask,
): Promise<void> {
  const now = ports.clock();
  const seen = Date.parse(work.login_seen_at ?? created_at);
  if (work.fetch || now.getTime() - seen < NOTE_MS) return;
  try {
    await changeImport(ports, { taskId: id }, ({ task }) =>
      task.import.fetch ? undefined : { work: { login_seen_at: now.toISOString() } },
    );
  } catch (error) {
    if (!(error instanceof ImportOver || error instanceof ImportLost)) throw error;
  }
}
