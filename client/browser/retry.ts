import { UploadInterrupted } from "./upload-errors.ts";

export interface RetryPolicy {
  /** Tries in all. */
  readonly attempts: number;
  /** Longest pause before the first repeat; it doubles with each. */
  readonly baseMs: number;
  readonly capMs: number;
}

/** A pause of random length, so that pages that failed together do not come back together. */
export const jitterMs = ({ baseMs, capMs }: RetryPolicy, repeat: number): number =>
  Math.random() * Math.min(capMs, baseMs * 2 ** repeat);

/** The promise's outcome, or the signal's reason as soon as that is aborted. */
export async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Sleeps; throws the signal's reason as soon as it is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  orAborted(new Promise((wake) => setTimeout(wake, ms)), signal);

/** `run`'s result, repeated after UploadInterrupted; the last error when the tries are used up. */
export async function retrying<Result>(
  run: () => Promise<Result>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<Result> {
  for (let repeat = 0; ; repeat++) {
    try {
      return await run();
    } catch (error) {
      signal.throwIfAborted();
      if (repeat + 1 >= policy.attempts || !(error instanceof UploadInterrupted)) throw error;
      await pause(jitterMs(policy, repeat), signal);
    }
  }
}
