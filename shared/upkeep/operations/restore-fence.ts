import type { Heartbeats, SeenHeartbeat } from "../ports/heartbeats.ts";
import type { JobRun } from "./job-run.ts";

/** The reaper's heartbeat, as the table and the bucket hold it. */
export interface HeartbeatPair {
  readonly identity: string;
  readonly bucket: SeenHeartbeat | undefined;
  readonly table: SeenHeartbeat | undefined;
}

export interface FencePorts {
  readonly tableHeartbeats: Heartbeats;
  readonly bucketHeartbeats: Heartbeats;
  /** Of the table that the functions use now; another one after a restore. */
  readonly tableIdentity: () => Promise<string>;
}

/** The bucket first: what it holds was in the table before, so the table's beat cannot be behind it. */
async function readOnce({
  bucketHeartbeats,
  tableHeartbeats,
  tableIdentity,
}: FencePorts): Promise<HeartbeatPair> {
  const identity = await tableIdentity();
  const bucket = await bucketHeartbeats.find();
  return { identity, bucket, table: await tableHeartbeats.find() };
}

/** Why table and bucket do not belong together; undefined: nothing speaks against it. */
export function mismatch({ identity, bucket, table }: HeartbeatPair): string | undefined {
  if (table && table.table !== identity)
    return "the table was restored or copied: it carries the heartbeat of another one";
  if (bucket && bucket.table !== identity) return "the bucket carries the heartbeat of another table";
  if (bucket && bucket.beat > (table?.beat ?? 0))
    return "the table is an earlier state of itself: the bucket's heartbeat is ahead of it";
  if (!bucket && table && table.beat > 1)
    return "the bucket has lost its heartbeat: it may not be the bucket that was there";
  return undefined;
}

/** Read twice where it seems wrong: a slow reader between two beats of others can see a pair that never was. */
export async function readPair(ports: FencePorts): Promise<HeartbeatPair> {
  const pair = await readOnce(ports);
  return mismatch(pair) === undefined ? pair : readOnce(ports);
}

export const evidenceOf = ({ identity, bucket, table }: HeartbeatPair) => ({
  table: identity,
  table_heartbeat: table ? `${table.beat} of ${table.table}` : "none",
  bucket_heartbeat: bucket ? `${bucket.beat} of ${bucket.table}` : "none",
});

/** The same question for those who are no job: why the two do not belong together as they are now. */
export const whyClosed = async (ports: FencePorts): Promise<string | undefined> =>
  mismatch(await readPair(ports));

/**
 * Whether a job may do what makes bytes be deleted: not beside a bucket that its table does not know as it is today.
 * By a table of an earlier moment images wait for the scrubber that were restored since, and deletions wait that were
 * taken back. It may again as soon as an operator has released the reaper. A dry run says so and goes on.
 */
export async function mayDelete(ports: FencePorts, run: JobRun): Promise<boolean> {
  const pair = await readPair(ports);
  const reason = mismatch(pair);
  if (reason !== undefined)
    run.waitsFor(`${reason}: release the reaper when both are in order`, evidenceOf(pair));
  return reason === undefined || run.dryRun;
}
