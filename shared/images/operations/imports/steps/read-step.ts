import { isSameSignature } from "../../../../signatures/image-signature.ts";
import { digestNameOf } from "../../../../signatures/signature-algorithms.ts";
import type { Image } from "../../../domain/image.ts";
import type { Location } from "../../../domain/location.ts";
import type { TransferSignature } from "../../../domain/transfer.ts";
import { imageSignature } from "../../signatures/signer-of.ts";
import { verifySigned } from "../../signatures/verify-signed.ts";
import { examineStored, type StoredExamination } from "../../transfers/examine-stored.ts";
import { inspectBytes } from "../../transfers/inspect-stored.ts";
import { changeImport } from "../change-import.ts";
import { ImportFailed, SignatureChanged } from "../import-errors.ts";
import type { ImportPorts, ImportRun, Step } from "../import-ports.ts";

/** The hashes of the staged bytes: those that were made while they came, or by reading them once. */
async function examine(
  { tasks, stores }: ImportPorts,
  { task, mayGoOn }: ImportRun,
  staged: Location,
  signature: TransferSignature | undefined,
): Promise<StoredExamination> {
  const { hashes, hashing } = task.import;
  if (hashes && (!signature || hashes.signed !== undefined)) return { outcome: "hashed", hashes };
  return examineStored(stores.of(staged), staged, hashing, {
    mayRead: () => mayGoOn("Reading the data"),
    save: (progress) => tasks.saveTaskHashing(task.id, progress),
    ...(signature && { signedDigest: digestNameOf(signature.hash_method) }),
  });
}

/** The virtual size; throws what refuses the bytes as ones of this image. */
async function inspect({ stores, settings }: ImportPorts, image: Image, staged: Location) {
  const { store, key, size } = staged;
  if (size > settings.image_size_cap)
    throw new ImportFailed(
      `The image has ${size} bytes; this service takes at most ${settings.image_size_cap}.`,
    );
  const blobs = stores.of({ store });
  const read = (offset: number, length: number) => blobs.read(key, offset, Math.min(length, size - offset));
  return inspectBytes(image, { size, read }, settings);
}

/**
 * Reads all staged bytes once, and judges them as those of an upload are: size, format, signature. Nothing of the image
 * says so yet.
 */
export const readStep: Step = (ports) => async (run) => {
  const { image, task } = run;
  const { staged } = image;
  if (!staged) throw new ImportFailed("The staged data is gone: stage it again.");
  const virtual_size = await inspect(ports, image, staged);
  const { signature } = task.import;
  if (!isSameSignature(imageSignature(image), signature)) throw new SignatureChanged();
  const found = await examine(ports, run, staged, signature);
  if (found.outcome === "unfinished") return "continues";
  if (found.outcome === "overtaken") return "waits";
  if (found.outcome === "damaged")
    throw new ImportFailed(`The staged data is damaged (${found.damage.kind}): stage it again.`);
  const { hashes } = found;
  const { checksum, os_hash_value, signed } = hashes;
  const { disk_format, container_format } = image;
  const now = ports.clock();
  const evidence = signature && verifySigned(image.id, signature, signed ?? "", now);
  const read = {
    ...{ size: staged.size, checksum, os_hash_value, virtual_size, verified_at: now.toISOString() },
    ...{ disk_format, container_format },
    ...(evidence && { signature: evidence }),
  };
  await changeImport(ports, { taskId: task.id }, ({ image: latest }) => {
    const isSame = latest.disk_format === disk_format && latest.container_format === container_format;
    // The bytes are inspected again as what they are now said to be, and not read again.
    return {
      work: { hashing: undefined, ...(isSame ? { step: "place", hashes: undefined, read } : { hashes }) },
    };
  });
  return "done";
};
