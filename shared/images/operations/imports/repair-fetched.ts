import { bytesOfTransfer } from "../../domain/transfer.ts";
import { bringMissing } from "../copies/copy-parts.ts";
import { beginStage } from "./begin-stage.ts";
import { changeImport } from "./change-import.ts";
import { ImportFailed } from "./import-errors.ts";
import type { ImportPorts, ImportRun } from "./import-ports.ts";

/**
 * Makes staged bytes that are not the expected ones ready to be compared with their source: their parts are copied into a
 * new upload, within the store, where those that differ give way. Whether all are there; false when no time is left.
 */
export async function repairFetched(
  ports: ImportPorts,
  { image, task, mayGoOn }: ImportRun,
): Promise<boolean> {
  const { staged } = image;
  if (!staged) throw new ImportFailed("The fetched data is gone: import it again.");
  const { store, key, size } = staged;
  const transfer = await beginStage(ports, task.id, { store, size });
  const target = ports.stores.of(bytesOfTransfer(transfer));
  const source = { store: ports.stores.of({ store }), key };
  const mayGoOnCopying = () => mayGoOn("Comparing the data with its source");
  if (!(await bringMissing(target, source, transfer, { mayGoOn: mayGoOnCopying }))) return false;
  await changeImport(ports, { taskId: task.id }, ({ task: { import: work } }) => {
    if (!work.fetch?.repairs) return undefined;
    const { repairs: _, ...fetch } = work.fetch;
    return { work: { fetch } };
  });
  return true;
}
