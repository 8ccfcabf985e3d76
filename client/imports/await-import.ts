import { type ImportTask, isOver } from "../openstack/image-imports.ts";
import type { ImageService } from "../openstack/image-service.ts";
import { pause } from "../protocol/retry.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";

/** An import that did not come to its end; the message is the task's own. */
export class ImportFailed extends Error {
  /** Nobody knows that it is over. */
  readonly mayGoOn: boolean = false;
}

class ImportSilent extends ImportFailed {
  override readonly mayGoOn = true;
}

/** Glance itself takes an import for dead, and lets another one begin, when nothing was heard of it for so long. */
const STALE_MS = 60 * 60_000;

const FIRST_LOOK_MS = 250;
const MOST_MS = 5000;

/** `Fetched 12 of 340 MiB of …`, and Glance's `Copied 12 MiB`, as tasks tell how far they are. */
export const bytesIn = (message: string | null | undefined): number | undefined => {
  const [, amount, unit = ""] = /([\d.]+)(?: of [\d.]+)? ?(MiB|GiB)/.exec(message ?? "") ?? [];
  return amount === undefined ? undefined : Number(amount) * 1024 ** (unit === "GiB" ? 3 : 2);
};

/**
 * Waits until a task is over; it in its last state. `onBytes` hears how many more it has, where it says so. Throws ImportFailed,
 * or the signal's reason: the import goes on all the same.
 */
export async function awaitImport(
  images: ImageService,
  imageId: string,
  taskId: string,
  onBytes: (more: number) => void,
  signal: AbortSignal,
): Promise<ImportTask> {
  let told = 0;
  let last = { updated_at: "", since: performance.now() };
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 1.5, MOST_MS)) {
    await pause(wait, signal);
    const tasks = await images.imports.ofImage(imageId).catch((error: unknown) => {
      if (error instanceof ApiRefused && error.status === 404) return [];
      throw error;
    });
    const task = tasks.find(({ id }) => id === taskId);
    if (task === undefined) throw new ImportFailed(`image ${imageId} or its task was deleted meanwhile`);
    const copied = bytesIn(task.message) ?? told;
    onBytes(copied - told);
    told = copied;
    if (task.updated_at !== last.updated_at) last = { updated_at: task.updated_at, since: performance.now() };
    if (!isOver(task)) {
      if (performance.now() - last.since < STALE_MS) continue;
      throw new ImportSilent(`nothing was heard of task ${taskId} for an hour`);
    }
    if (task.status === "success") return task;
    throw new ImportFailed(task.message || "the service says no reason");
  }
}
