import { isGoneStatus } from "../protocol/answer-status.ts";
import { jitterMs, pause } from "../protocol/retry.ts";
import { type CompletionStatement, NO_PARTS } from "../protocol/transfer-calls.ts";
import { PauseGate } from "./pause-gate.ts";
import { ProgressMeter, type UploadProgress } from "./progress-meter.ts";
import { localResumeStore, type ResumeStore, resumeKey } from "./resume-store.ts";
import { sendFile } from "./send-file.ts";
import {
  callsOf,
  knownPartBytes,
  openTransfer,
  snapshotOf,
  type TransferCalls,
  type TransferSnapshot,
} from "./transfer-calls.ts";
import { UploadAborted, UploadInterrupted, UploadRefused } from "./upload-errors.ts";

export type { ResumeStore, UploadProgress };
export { localResumeStore, UploadAborted, UploadInterrupted, UploadRefused };

export interface UploadOptions {
  /** Base URL of the Image API, any path prefix included. */
  readonly endpoint: string;
  /** The caller's login; needed only where a transfer is opened, not to go on with one. */
  readonly token: string;
  /** A queued image, or one whose upload of this file is to go on. */
  readonly imageId: string;
  readonly onProgress?: (progress: UploadProgress) => void;
  /** Does the same as `abort()`. */
  readonly signal?: AbortSignal;
  /** Default: `localResumeStore()`. */
  readonly store?: ResumeStore;
  /** Seconds the image stays reserved after the last use; default: as long as the service allows (a day). */
  readonly leaseSeconds?: number;
}

export interface ImageUpload {
  /**
   * Resolves when the image is stored and the service has accepted its hashes. Rejects with UploadRefused,
   * UploadInterrupted (upload the same file again to go on), UploadAborted or the signal's reason, or the browser's
   * own error when the file cannot be read.
   */
  readonly done: Promise<void>;
  /** Cuts off what is being sent; what is stored stays. */
  pause(): void;
  resume(): void;
  /**
   * Gives the upload up: what was stored is dropped and the image is queued again; `done` rejects after that. One that
   * is already completing is completed by the service all the same.
   */
  abort(): void;
}

/** Pauses between looks at a completion that takes longer. `attempts` does not count. */
const poll = { attempts: 0, baseMs: 500, capMs: 5000 };
const FAREWELL_MS = 10_000;

const isGone = (error: unknown): boolean => error instanceof UploadRefused && isGoneStatus(error.status);

/** The service has ended the transfer; the message says why. */
class TransferFailed extends UploadRefused {}

/** Uploads a file as the data of an image, or goes on with an upload of it that this browser has begun. */
export function uploadImage(file: Blob, options: UploadOptions): ImageUpload {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal;
  const gate = new PauseGate();
  const meter = new ProgressMeter(file.size, options.onProgress ?? (() => undefined));
  return {
    done: upload(file, options, { gate, meter, signal }),
    pause: () => {
      gate.pause();
      meter.paused();
    },
    resume: () => gate.resume(),
    abort: () => stop.abort(new UploadAborted()),
  };
}

interface Control {
  readonly gate: PauseGate;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal;
}

async function upload(file: Blob, options: UploadOptions, { gate, meter, signal }: Control): Promise<void> {
  signal.throwIfAborted();
  const { endpoint, token, imageId, leaseSeconds, store = localResumeStore() } = options;
  const key = resumeKey(endpoint, imageId, file);
  // A browser can refuse to store anything; that costs the resumption, not the upload.
  const forget = () => store.remove(key).catch(() => undefined);
  const known = await store.find(key).catch(() => undefined);
  let calls = known && callsOf(endpoint, imageId, known);
  try {
    let snapshot = calls && (await alive(calls, signal));
    if (!calls || !snapshot) {
      const opened = await openTransfer({ endpoint, token, imageId, size: file.size, leaseSeconds });
      calls = callsOf(endpoint, imageId, opened);
      snapshot = { state: "open", partBytes: knownPartBytes(opened.part_size), stored: new Map() };
      await store.save(key, { id: opened.id, token: opened.token }).catch(() => undefined);
    }
    const { partBytes, stored, state } = snapshot;
    // One that is already completing has all its bytes and its statement.
    const statement =
      state === "open" ? await sendFile({ file, calls, partBytes, stored, gate, meter, signal }) : undefined;
    meter.completing();
    await complete(calls, statement, signal);
    await forget();
  } catch (error) {
    const hasEnded = signal.aborted
      ? calls !== undefined && (await abandon(calls))
      : isGone(error) || error instanceof TransferFailed;
    if (hasEnded) await forget();
    throw error;
  }
}

/** Where the transfer of an earlier page stands; undefined when it is over without a result. */
async function alive(calls: TransferCalls, signal: AbortSignal): Promise<TransferSnapshot | undefined> {
  try {
    const snapshot = await snapshotOf(calls, signal);
    return snapshot.state === "aborted" ? undefined : snapshot;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** States the whole image and waits until the transfer is complete; the service goes on without us once it has begun. */
async function complete(
  calls: TransferCalls,
  statement: CompletionStatement | undefined,
  signal: AbortSignal,
): Promise<void> {
  let state = statement
    ? (await calls.complete(statement, signal)).state
    : (await calls.show(NO_PARTS, signal)).state;
  for (let look = 0; state !== "complete"; look++) {
    await pause(jitterMs(poll, look), signal);
    const status = await calls.show(NO_PARTS, signal);
    if (status.state === "aborted") {
      const { code, message } = status.failure ?? { code: 410, message: "the transfer has ended" };
      throw new TransferFailed(code, message);
    }
    // Taken back by the service: what it lacked is in its answer to the same statement.
    state =
      status.state === "open" && statement ? (await calls.complete(statement, signal)).state : status.state;
  }
}

/** Whether the transfer is over; one that could not be reached ends with its lease, and is remembered until then. */
async function abandon(calls: TransferCalls): Promise<boolean> {
  try {
    await calls.abort(false, AbortSignal.timeout(FAREWELL_MS));
    return true;
  } catch (error) {
    return error instanceof UploadRefused;
  }
}
