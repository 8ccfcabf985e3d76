import type { Image } from "../../../domain/image.ts";
import { isLockedBy } from "../../../domain/import-lock.ts";
import type { ConversionState } from "../../../domain/import-work.ts";
import type { Location } from "../../../domain/location.ts";
import { isDeleted } from "../../../domain/status.ts";
import { type ImportTask, isImportTask } from "../../../domain/task.ts";
import { hasEnded, type Transfer } from "../../../domain/transfer.ts";
import { isTooOld } from "../import-lifetime.ts";
import type { ConversionPorts } from "./conversion-ports.ts";

/** A conversion that an import waits for. */
export interface WantedConversion {
  readonly image: Image;
  readonly task: ImportTask;
  readonly staged: Location;
  /** Where the output goes. */
  readonly transfer: Transfer;
  readonly conversion: ConversionState;
}

/** The conversion that a task waits for as it is now; undefined when it is done, or nobody waits for it any more. */
export async function wantedConversion(
  ports: Pick<ConversionPorts, "tasks" | "images" | "clock" | "settings">,
  taskId: string,
): Promise<WantedConversion | undefined> {
  const { image, task } = await ports.tasks.findWithTask(taskId);
  if (!image?.staged || isDeleted(image.status) || !isImportTask(task) || !isLockedBy(image, task))
    return undefined;
  const { step, transfer_id, conversion } = task.import;
  if (step !== "plugins" || transfer_id === undefined || conversion?.transfer_id !== transfer_id)
    return undefined;
  if (conversion.done || conversion.failure !== undefined || isTooOld(ports, task)) return undefined;
  const { transfer } = await ports.images.findWithTransfer(image.id, transfer_id);
  if (!transfer || hasEnded(transfer)) return undefined;
  return { image, task, staged: image.staged, transfer, conversion };
}
