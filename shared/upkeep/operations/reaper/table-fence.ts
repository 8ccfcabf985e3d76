import { BlobStoreFailed } from "../../../images/ports/blob-store.ts";
import type { Heartbeat } from "../../ports/heartbeats.ts";
import type { JobRun } from "../job-run.ts";
import { evidenceOf, type FencePorts, type HeartbeatPair, mismatch, readPair } from "../restore-fence.ts";
import { ownerOfListed } from "./owners-seen.ts";
import type { ReaperPorts } from "./reaper-ports.ts";

/**
 * Is this table the one that knows this bucket? Each run writes the next beat into the table, then into the bucket:
 *
 *     bucket          table           meaning
 *     n               n or later      the same pair as ever: beat
 *     none            first beat      the very first run broke off between the two: write the bucket's
 *     none            none            the first run: beat, if the table knows all that lies in the bucket
 *     n               before n, none  the table is an earlier state of itself, or another: stop
 *     another table's any             the bucket belongs to another table: stop
 *     any             another table's the table was restored: a restored table has a new identity: stop
 *     none            later beat      the bucket is not the one that was there: stop
 *
 * A table restored to an earlier moment knows nothing of what was uploaded since, and its expired transfers name
 * bytes that images have in use by now: the whole reaper stays off beside it, and nobody else makes bytes be deleted
 * (`mayDelete`).
 */
type HeartbeatPorts = FencePorts & Pick<ReaperPorts, "inventories" | "images">;

/**
 * Before the first beat: objects of images that this table does not know belong to another one. A store on another host
 * that does not answer, or is not set up yet, keeps no service from its first beat: it is the bucket that belongs to the
 * table, and what lies elsewhere has the bucket's name on it.
 */
async function firstMismatch(ports: HeartbeatPorts): Promise<string | undefined> {
  for (const store of ports.inventories.listNames()) {
    const reason = await unknownIn(ports, store).catch((error: unknown) => {
      if (error instanceof BlobStoreFailed) return undefined;
      throw error;
    });
    if (reason !== undefined) return reason;
  }
  return undefined;
}

async function unknownIn(
  { inventories, images }: HeartbeatPorts,
  store: string,
): Promise<string | undefined> {
  const { blobs, next } = await inventories.listBlobs(store);
  const ids = new Set(blobs.flatMap((blob) => ownerOfListed(blob)?.imageId ?? []));
  for (const id of ids) {
    if (!(await images.find(id)))
      return `the bucket holds objects of images that the table does not know, for example of ${id}`;
  }
  // More than a page is no new deployment: whether all of it is known is for the operator to say.
  if (next !== undefined && ids.size > 0) return "the bucket is full already, and table and bucket never met";
  return undefined;
}

async function write(
  { tableHeartbeats, bucketHeartbeats }: HeartbeatPorts,
  pair: HeartbeatPair,
  beat: number,
) {
  const next: Heartbeat = { table: pair.identity, beat };
  const isWritten = pair.table?.beat === beat && pair.table.table === pair.identity;
  // Whoever else writes at this moment is another run that has passed the fence as well.
  if (!isWritten && !(await tableHeartbeats.replace(pair.table, next))) return false;
  return bucketHeartbeats.replace(pair.bucket, next);
}

/** Stops the job when table and bucket do not belong together; else writes the next heartbeat. */
export async function passFence(ports: HeartbeatPorts, run: JobRun): Promise<void> {
  const pair = await readPair(ports);
  const isFirst = !pair.bucket && !pair.table;
  const reason = mismatch(pair) ?? (isFirst ? await firstMismatch(ports) : undefined);
  if (reason !== undefined) return run.stop(reason, evidenceOf(pair));
  if (run.dryRun) return;
  const isBrokenOff = !pair.bucket && pair.table;
  await write(ports, pair, isBrokenOff ? 1 : (pair.table?.beat ?? 0) + 1);
}

/** An operator says that this table and this bucket belong together from now on. */
export async function adoptPair(ports: HeartbeatPorts): Promise<void> {
  const pair = await readPair(ports);
  const beat = Math.max(pair.table?.beat ?? 0, pair.bucket?.beat ?? 0) + 1;
  if (!(await write(ports, pair, beat)))
    throw new Error("the heartbeat was written by somebody else at the same time: release again");
}
