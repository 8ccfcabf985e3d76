import { objectKey } from "../../domain/object-key.ts";
import { planParts } from "../../domain/part-plan.ts";
import { bytesOfTransfer, hasEnded, NOBODYS_TOKEN_HASH, type Transfer } from "../../domain/transfer.ts";
import { changeImport, readImport } from "./change-import.ts";
import type { ImportPorts } from "./import-ports.ts";

/** What beginning asks for. */
export type BeginStagePorts = Pick<
  ImportPorts,
  "images" | "tasks" | "stores" | "newId" | "clock" | "partBytes"
>;

const DAY = 86_400;
/** Far longer than any import lives: its task ends it. */
const LIFETIME_SECONDS = 30 * DAY;

interface StageRequest {
  /** The store that takes the bytes. */
  readonly store: string;
  /** Null when unknown: parts are as large as `streamPartBytes` says then. */
  readonly size: number | null;
}

/** A transfer of the service's own for an import; its bytes, and nothing else, are decided by whoever begins it. */
export function importTransfer(
  { newId, clock, partBytes }: Pick<ImportPorts, "newId" | "clock" | "partBytes">,
  { imageId, taskId }: { readonly imageId: string; readonly taskId: string },
  { store, size }: StageRequest,
): Transfer {
  const id = newId();
  const now = clock();
  const end = new Date(now.getTime() + LIFETIME_SECONDS * 1000).toISOString();
  return {
    ...{ id, image_id: imageId, revision: 0, state: "open", store, import: { task_id: taskId } },
    ...{ key: objectKey({ imageId, transferId: id }), size },
    part_size: size === null ? null : (partBytes ?? planParts(size).partBytes),
    ...{
      token_hash: NOBODYS_TOKEN_HASH,
      lease_seconds: LIFETIME_SECONDS,
      expires_at: end,
      latest_expiry: end,
    },
    created_at: now.toISOString(),
  };
}

/**
 * Where bytes of an import go that will be its staged bytes: the transfer that an earlier run began, or a new one with an
 * upload in parts. It is the image's transfer, so that a deletion of the image ends it. `takeStaged` completes it.
 */
export async function beginStage(
  ports: BeginStagePorts,
  taskId: string,
  request: StageRequest,
): Promise<Transfer> {
  const { images, stores } = ports;
  const { image, task } = await readImport(ports, { taskId });
  const known = task.import.transfer_id;
  if (known !== undefined) {
    const { transfer } = await images.findWithTransfer(image.id, known);
    if (transfer && !hasEnded(transfer)) return transfer;
  }
  const plain = importTransfer(ports, { imageId: image.id, taskId }, request);
  const blobs = stores.of(bytesOfTransfer(plain));
  const upload_id = await blobs.createUpload(plain.key);
  const transfer: Transfer = { ...plain, stage: true, upload_id };
  let isBegun = false;
  try {
    await changeImport(ports, { taskId }, ({ image: before, task: now }) => {
      isBegun = now.import.transfer_id === known;
      if (!isBegun) return undefined;
      return {
        image: { ...before, transfer_id: transfer.id },
        work: { transfer_id: transfer.id },
        writes: [{ kind: "transfer", before: undefined, after: transfer }],
      };
    });
  } catch (error) {
    isBegun = false;
    throw error;
  } finally {
    // Left behind, it would cost nothing but space until the bucket's lifecycle ends it.
    if (!isBegun) await blobs.abortUpload(plain.key, upload_id).catch(() => undefined);
  }
  // Another run was faster.
  return isBegun ? { ...transfer, revision: 1 } : beginStage(ports, taskId, request);
}
