import type { Clock } from "../../clock.ts";
import type { Location } from "../../images/domain/location.ts";
import { UploadGone } from "../../images/ports/presigning-store.ts";
import { failureAfter } from "../domain/queued-image.ts";
import { CopySpoilt } from "./copy-image.ts";
import type { EntryInHand } from "./entry-in-hand.ts";
import { begunOf } from "./remove-image.ts";
import { SourceChanged, SourceDamaged } from "./source-state.ts";

/** What was copied of damaged bytes, or is gone, is of no use for another attempt. */
const isSpoilt = (error: Error): boolean =>
  [SourceDamaged, SourceChanged, CopySpoilt, UploadGone].some((kind) => error instanceof kind);

/**
 * Lets go of what a place has given that was found to be of no use, and keeps that its bytes are damaged: nobody reads
 * those again. What another run has in hand by now is its own. Throws Overtaken.
 */
export async function passOver(
  entry: EntryInHand,
  { store, key }: Location,
  error: Error,
  clock: Clock,
): Promise<void> {
  if (!isSpoilt(error)) return;
  const queued = entry.now();
  const { copy: _, failure, ...rest } = queued;
  const isDamaged = error instanceof SourceDamaged;
  const before = failure ?? { reason: error.message, times: 0, retry_at: clock().toISOString() };
  const damaged = [...(before.damaged ?? []), { store, key }];
  const after = { ...before, ...(isDamaged && { reason: error.message, damaged }) };
  await entry.save({ ...rest, failure: after }, begunOf(queued, clock()));
}

/**
 * Writes down why an attempt failed and lets go of the entry; the prefetcher tries again when its time comes, unless all
 * places are damaged. Throws Overtaken.
 */
export async function noteFailure(
  entry: EntryInHand,
  reason: string,
  { isFinal, clock }: { readonly isFinal: boolean; readonly clock: Clock },
): Promise<void> {
  const { failure, ...rest } = entry.now();
  const after = {
    ...failureAfter(failure, reason, clock()),
    ...(failure?.damaged && { damaged: failure.damaged }),
    ...(isFinal && { final: true as const }),
  };
  await entry.letGo({ ...rest, failure: after });
}
