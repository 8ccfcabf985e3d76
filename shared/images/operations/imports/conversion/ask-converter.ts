import { changeImport } from "../change-import.ts";
import type { ImportPorts, StepOutcome } from "../import-ports.ts";

/** A converter that has not begun by then has much to do, or its message is lost. */
const ASK_AGAIN_MS = 30 * 60_000;

/**
 * Notes that a converter is to write the task's output. One that was sent for a while ago is waited for; one that has
 * written the parts with the mark `insteadOf` is to do it again.
 */
export async function askConverter(
  ports: Pick<ImportPorts, "images" | "tasks" | "clock">,
  taskId: string,
  insteadOf?: string,
): Promise<StepOutcome> {
  let isAsked = false;
  await changeImport(ports, { taskId }, ({ task: { import: work } }, now) => {
    const { transfer_id = "", conversion } = work;
    const known = conversion?.transfer_id === transfer_id ? conversion : undefined;
    const isDone = known?.done !== undefined && known.done.mark === insteadOf;
    isAsked = known !== undefined && !isDone && now.getTime() - Date.parse(known.asked_at) < ASK_AGAIN_MS;
    if (isAsked) return undefined;
    const { done, ...others } = known ?? {};
    return {
      work: {
        conversion: {
          ...{ runs: 0, ...others, transfer_id, asked_at: now.toISOString() },
          ...(done && !isDone && { done }),
        },
      },
    };
  });
  return isAsked ? "waits" : "converts";
}
