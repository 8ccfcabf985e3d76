import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { failedConditions, failedItem, isItemTooLarge, writeTransaction } from "../../../aws/transaction.ts";
import type { Clock } from "../../../clock.ts";
import { overLimit } from "../../domain/limits.ts";
import { type Change, transferIn, type Written } from "../../ports/change.ts";
import { ImageIdTaken, ImageTooLarge, RevisionConflict } from "../../ports/image-store.ts";
import { changeItems } from "./change-items.ts";
import { type CounterChange, counterChanges, usageOfFailedItem } from "./usage-items.ts";
import { dynamodbUsageStore } from "./usage-store.ts";

const nextOf = <Kept extends { readonly revision: number }>(before: Kept | undefined, after: Kept): Kept => ({
  ...after,
  revision: (before?.revision ?? 0) + 1,
});

/** `before` as it was read, `after` as it is written: the next revision. */
const numbered = ({ image, writes = [], ...rest }: Change): Change => ({
  ...rest,
  image: { ...image, after: nextOf(image.before, image.after) },
  writes: writes.map((write) => {
    if (write.kind === "transfer") return { ...write, after: nextOf(write.before, write.after) };
    return write.kind === "task" ? { ...write, after: nextOf(write.before, write.after) } : write;
  }),
});

/** Why a cancelled transaction with these counters at its end was refused; undefined: some are not there yet. */
function refusalOf(
  change: Change,
  counters: readonly CounterChange[],
  failed: readonly number[],
  error: unknown,
  first: number,
): Error | undefined {
  for (const [index, counter] of counters.entries()) {
    const item = failedItem(error, first + index);
    const over = item && counter.limits && overLimit(counter.limits, usageOfFailedItem(item), counter.change);
    // Before a taken id, as in Glance; after a lost race, which is decided again.
    if (over && (change.image.before === undefined || failed.every((position) => position >= first)))
      return over;
  }
  if (change.image.before === undefined && failed.includes(0)) return new ImageIdTaken(change.image.after.id);
  return failed.some((position) => position < first) ? new RevisionConflict() : undefined;
}

// A counter that is missing is made, and then there; each change has two at most.
const COUNTED_ATTEMPTS = 3;

export interface CommitOptions {
  /** Keep each project's usage up to date with its images; one item more to write where the usage changes. */
  readonly countsUsage: boolean;
  /** Says when notifications were written. */
  readonly clock: Clock;
}

interface Wiring extends CommitOptions {
  readonly client: DynamoDBDocumentClient;
  readonly TableName: string;
}

/**
 * Writes a change in one transaction. Where usage is counted and a project has no counter yet, the project is counted
 * first (see usage-store.ts) and the transaction written again.
 */
export async function commitChange(
  { client, TableName, countsUsage, clock }: Wiring,
  change: Change,
): Promise<Written> {
  const next = numbered(change);
  if (next.limits && !countsUsage) throw new Error("limits without counted usage");
  const counters = countsUsage ? counterChanges(next) : [];
  const items = changeItems(TableName, next, { at: clock(), counters });
  for (let attempt = 1; ; attempt++) {
    try {
      await writeTransaction(client, items);
      return { image: next.image.after, transfer: transferIn(next)?.after };
    } catch (error) {
      if (isItemTooLarge(error)) throw new ImageTooLarge(error);
      const failed = failedConditions(error);
      if (failed === undefined) throw error;
      const refusal = refusalOf(next, counters, failed, error, items.length - counters.length);
      if (refusal || attempt >= COUNTED_ATTEMPTS) throw refusal ?? error;
      for (const { project } of counters) await dynamodbUsageStore(client, TableName).read(project);
    }
  }
}
