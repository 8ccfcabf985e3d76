import { setTimeout as sleep } from "node:timers/promises";

export interface RetryPolicy {
  /** Tries in all. */
  readonly attempts: number;
  /** Longest pause before the first repeat; it doubles with each. */
  readonly baseMs: number;
  readonly capMs: number;
}

/** A pause of random length ("full jitter": callers that failed together do not come back together). */
export const jitterMs = ({ baseMs, capMs }: RetryPolicy, repeat: number): number =>
  Math.random() * Math.min(capMs, baseMs * 2 ** repeat);

/** Sleeps; throws the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}

export interface Retry {
  readonly policy: RetryPolicy;
  /** Whether another try may help, after so many repeats. */
  readonly isTransient: (error: unknown, repeats: number) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** `next` is the number of the try that comes, of `attempts`. */
  readonly onRetry?: ((error: unknown, next: number, attempts: number) => void) | undefined;
}

/** `run`'s result, repeated after transient errors; the last error when the tries are used up. */
export async function retrying<Result>(run: () => Promise<Result>, retry: Retry): Promise<Result> {
  for (let repeat = 0; ; repeat++) {
    try {
      return await run();
    } catch (error) {
      const over = repeat + 1 >= retry.policy.attempts || retry.signal?.aborted;
      if (over || !retry.isTransient(error, repeat)) throw error;
      retry.onRetry?.(error, repeat + 2, retry.policy.attempts);
      await pause(jitterMs(retry.policy, repeat), retry.signal);
    }
  }
}
