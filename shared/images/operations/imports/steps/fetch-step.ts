import { digestNameOf } from "../../../../signatures/signature-algorithms.ts";
import type { ImportWork } from "../../../domain/import-work.ts";
import { bytesOfTransfer, hasEnded } from "../../../domain/transfer.ts";
import { readImport } from "../change-import.ts";
import { ImportFailed } from "../import-errors.ts";
import type { ImportPorts, ImportRun, Step } from "../import-ports.ts";
import { repairFetched } from "../repair-fetched.ts";
import { completeStage, takeStaged } from "../take-staged.ts";
import { verifyFetched } from "../verify-fetched.ts";

/** The hashes that were made while the bytes came, where they are all that the image needs. */
function hashesOf({ signature }: ImportWork, seen: Readonly<Record<string, string>>): ImportWork["hashes"] {
  const digests = new Map(Object.entries(seen));
  const [checksum, os_hash_value] = [digests.get("md5"), digests.get("sha512")];
  if (checksum === undefined || os_hash_value === undefined) return undefined;
  const signed = signature && digests.get(digestNameOf(signature.hash_method));
  return { checksum, os_hash_value, ...(signed !== undefined && { signed }) };
}

/** Makes the object of what was fetched: it is the image's staged bytes then. */
async function takeFetched(ports: ImportPorts, { task }: ImportRun, transferId: string): Promise<void> {
  const { transfer, task: now } = await readImport(ports, { taskId: task.id, transferId });
  const work = now.import;
  if (!transfer || hasEnded(transfer) || !work.fetch?.fetched) return;
  const { fetched, ...fetch } = work.fetch;
  const { size } = fetched;
  const blobs = ports.stores.of(bytesOfTransfer(transfer));
  const { etag, mark } = await completeStage(blobs, transfer, size);
  // Parts that a run has stored when it was not wanted any more, or of an object that was made before: read again.
  const digests = mark !== undefined && mark === fetched.mark ? fetched.digests : undefined;
  const isCompared = work.expected === undefined || digests !== undefined;
  const hashes = digests && hashesOf(work, digests);
  const next = { fetch, ...(isCompared && { step: "plugins" as const }), ...(hashes && { hashes }) };
  await takeStaged(ports, { taskId: task.id, transferId }, { size, etag, work: next });
}

/** A login comes with its message, which SQS repeats: one that was not seen for so long, and before the data was, is lost. */
const LOGIN_MS = 30 * 60_000;

/** The fetching worker is sent for, but where only the message with the login of whoever asked can do that. */
function sentFor({ clock }: ImportPorts, { task }: ImportRun): "fetches" | "waits" {
  const { method, fetch, login_seen_at: seen = task.created_at } = task.import;
  if (method.name !== "glance-download") return "fetches";
  if (!fetch && clock().getTime() - Date.parse(seen) > LOGIN_MS)
    throw new ImportFailed("The login of this import is not there any more: import it again.");
  return "waits";
}

/**
 * Brings the bytes of another host to where imports are staged. Those who fetch them read nothing of ours, and leave the
 * rest to this step: the object that is made of the parts, and its comparison with the expected hash where nobody saw all
 * of them. Staged bytes of other methods are compared in the same way.
 */
export const fetchStep: Step = (ports) => async (run) => {
  const { image, task } = run;
  const { fetch, transfer_id: transferId } = task.import;
  if (fetch?.failure !== undefined) throw new ImportFailed(fetch.failure);
  if (fetch?.repairs) return (await repairFetched(ports, run)) ? "done" : "continues";
  if (transferId === undefined && image.staged) return verifyFetched(ports, run);
  if (transferId === undefined || !fetch?.fetched) return sentFor(ports, run);
  await takeFetched(ports, run, transferId);
  return "done";
};
