import type { Task } from "../../domain/task.ts";
import { hasEnded, type Transfer } from "../../domain/transfer.ts";
import { releaseTransfer } from "../transfers/release-transfer.ts";
import type { ImportPorts } from "./import-ports.ts";

type Ports = Pick<ImportPorts, "images" | "copyRecords" | "clock">;

/** What an import has under way. */
export async function openTransfersOf(
  { images, copyRecords }: Ports,
  { id, image_id }: Pick<Task, "id" | "image_id">,
): Promise<Transfer[]> {
  const found: Transfer[] = [];
  for (const transferId of await copyRecords.openTransfersOf(image_id)) {
    const { transfer } = await images.findWithTransfer(image_id, transferId);
    if (transfer?.import?.task_id === id && !hasEnded(transfer)) found.push(transfer);
  }
  return found;
}

/** Ends what an import has under way, to one store where that is named; what is stored of it is deleted. Idempotent. */
export async function endTransfers(
  ports: Ports,
  task: Pick<Task, "id" | "image_id">,
  { message, store }: { readonly message: string; readonly store?: string },
): Promise<void> {
  const open = await openTransfersOf(ports, task);
  for (const { image_id, id } of open.filter((one) => store === undefined || one.store === store))
    await releaseTransfer(ports)(
      { imageId: image_id, transferId: id },
      { broken: false, failure: { code: 409, message } },
    );
}
