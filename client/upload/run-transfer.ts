import { completionPoll, DATA_IDLE_MS, partRetry } from "../limits.ts";
import { storedParts } from "../protocol/stored-parts.ts";
import type { TransferView } from "../protocol/transfer-answers.ts";
import type { TransferGrant } from "../protocol/transfer-calls.ts";
import { completeStated, completeTransfer } from "../transfer/complete-transfer.ts";
import type { Connections } from "../transfer/connections.ts";
import { leasedPartUrls } from "../transfer/leased-part-urls.ts";
import type { Parallelism } from "../transfer/parallelism.ts";
import { PartFailed, partUploader } from "../transfer/part-uploader.ts";
import type { RateLimit } from "../transfer/rate-limit.ts";
import { reasonOf } from "../transfer/reason-of.ts";
import type { TransferApi } from "../transfer/transfer-api.ts";
import { transferLease } from "../transfer/transfer-lease.ts";
import { showState, TransferEnded } from "../transfer/transfer-state.ts";
import type { ImageSigner } from "./image-signer.ts";
import type { PartLayout } from "./part-layout.ts";
import type { PartSource } from "./part-source.ts";
import { type SentParts, sendParts } from "./send-parts.ts";

export interface TransferRun {
  readonly api: TransferApi;
  readonly transfer: TransferGrant;
  readonly storage: Connections;
  readonly layout: PartLayout;
  readonly source: PartSource;
  /** Only these parts, and no completion. */
  readonly chosen: ReadonlySet<number> | undefined;
  readonly parallelism: Parallelism;
  readonly rateLimit: RateLimit | undefined;
  readonly progress: {
    moving(part: number, bytes: number): void;
    restart(part: number): void;
    done(part: number, bytes: number): void;
  };
  /** Signs the whole image while it is read; `beforeComplete` has the signature then. */
  readonly signer?: ImageSigner | undefined;
  /** Called when all is read, before the whole is stated; throws to stop that. */
  readonly beforeComplete: (sent: SentParts) => Promise<void>;
  readonly signal: AbortSignal;
}

/** All parts that the store has, and how the transfer stands. Throws TransferEnded for an aborted one. */
export async function findStored(api: TransferApi, transfer: TransferGrant, signal: AbortSignal) {
  const found = await storedParts((marker) => api.view(transfer, marker, signal));
  if (found.view.state === "aborted") throw new TransferEnded(found.view);
  return found;
}

/** For the API to say why a part was refused. */
const REASON_MS = 10_000;
const MIN_TOUCH_MS = 5000;
const MAX_TOUCH_MS = 3_600_000;

/** A third of what is left of the lease, so that two lost touches do no harm. */
const touchMs = ({ expiresAt }: TransferView): number => {
  const third = (Date.parse(expiresAt) - Date.now()) / 3;
  return Math.min(MAX_TOUCH_MS, Math.max(MIN_TOUCH_MS, third || 0));
};

/**
 * Brings a transfer from where it stands to its end: sends what the store lacks, then states the whole image and
 * waits until the service has taken it. Undefined when somebody else has completed it meanwhile. Throws FileChanged,
 * PartFailed, TransferEnded, ApiRefused, ExchangeFailed or the signal's reason; the transfer is left as it is, to go
 * on with.
 */
export async function runTransfer(run: TransferRun): Promise<SentParts | undefined> {
  const { api, transfer, layout, chosen, parallelism, rateLimit, progress } = run;
  const { view, stored } = await findStored(api, transfer, run.signal);
  if (view.state !== "open") return completedElsewhere(run, view.size);
  const stop = new AbortController();
  const signal = AbortSignal.any([run.signal, stop.signal]);
  const lease = transferLease({ api, transfer, everyMs: touchMs(view), stop, signal });
  const sizeOf = (number: number) => (chosen && !chosen.has(number) ? undefined : layout.sizeOf(number));
  const urls = leasedPartUrls({ api, transfer, lease, signal, sizeOf });
  const putPart = partUploader({
    connections: run.storage,
    urls,
    retry: partRetry,
    idleMs: DATA_IDLE_MS,
    onRetry: (number) => {
      parallelism.failed();
      progress.restart(number);
    },
    pace: (number, bytes) => {
      progress.moving(number, bytes);
      return rateLimit?.take(bytes) ?? 0;
    },
  });
  try {
    const sent = await sendParts({
      source: run.source,
      layout,
      stored,
      chosen,
      store: putPart,
      parallelism,
      onStored: (number, bytes) => progress.done(number, bytes),
      signer: run.signer,
      signal,
    });
    await run.beforeComplete(sent);
    // Ctrl-C reaches a pipe's writer, too: what looks like its end may be half of the image.
    signal.throwIfAborted();
    if (sent.hashes) {
      const digest = { bytes: sent.bytes, ...sent.hashes, parts: sent.parts };
      await completeTransfer(api, transfer, digest, completionPoll, signal);
    }
    return sent;
  } catch (error) {
    // The store was tried for minutes: nothing is known to be wrong with the transfer.
    const isStores = error instanceof PartFailed && error.isTransient;
    const reason = isStores ? error : await reasonOf(error, api, transfer, REASON_MS);
    const isDone = reason instanceof TransferEnded && reason.status.state !== "aborted";
    if (!isDone || run.signal.aborted) throw reason;
    return completedElsewhere(run, view.size);
  } finally {
    lease.stop();
  }
}

/** Whoever shares the transfer has completed it, or is about to: that is waited for. */
async function completedElsewhere(
  { api, transfer, signal }: TransferRun,
  size: number | null,
): Promise<undefined> {
  const { state } = await showState(api, transfer, signal);
  if (state === "complete") return;
  await completeStated(api, transfer, { size: size ?? 0 }, completionPoll, signal);
}
