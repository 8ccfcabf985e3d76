import { type ImportTask, isOver } from "../openstack/image-imports.ts";
import type { ImageService } from "../openstack/image-service.ts";
import { pause } from "../protocol/retry.ts";
import type { Progress } from "../terminal/progress.ts";

/** An import that did not come to its end; the message is the task's own. */
export class ImportFailed extends Error {}

const FIRST_LOOK_MS = 250;
const MOST_MS = 5000;

/** `Copied 12 MiB`, as tasks tell how far they are. */
const bytesIn = (message: string | null | undefined): number | undefined => {
  const [, amount, unit = ""] = /([\d.]+) ?(MiB|GiB)/.exec(message ?? "") ?? [];
  return amount === undefined ? undefined : Number(amount) * 1024 ** (unit === "GiB" ? 3 : 2);
};

/**
 * Waits until a task is over; it in its last state. `progress` hears how far it is, where it says so. Throws ImportFailed,
 * or the signal's reason: the import goes on all the same.
 */
export async function awaitImport(
  images: ImageService,
  imageId: string,
  taskId: string,
  progress: Progress | undefined,
  signal: AbortSignal,
): Promise<ImportTask> {
  let told = 0;
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 1.5, MOST_MS)) {
    await pause(wait, signal);
    const task = (await images.imports.ofImage(imageId)).find(({ id }) => id === taskId);
    if (task === undefined) throw new ImportFailed(`image ${imageId} or its task was deleted meanwhile`);
    const copied = bytesIn(task.message) ?? told;
    progress?.moving(1, copied - told);
    told = copied;
    if (!isOver(task)) continue;
    if (task.status === "success") return task;
    throw new ImportFailed(task.message || "the service says no reason");
  }
}
