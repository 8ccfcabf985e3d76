import { untilAborted } from "./until-aborted.ts";

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
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  untilAborted((wake) => {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  }, signal);

export interface Retry {
  readonly policy: RetryPolicy;
  /** Whether another try may help, after so many repeats. */
  readonly isTransient: (error: unknown, repeats: number) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** `next` is the number of the try that comes, of `attempts`. */
  readonly onRetry?: ((error: unknown, next: number, attempts: number) => void) | undefined;
}

/**
 * `run`'s result, repeated after transient errors; the last error when the tries are used up. Throws the signal's
 * reason once that is aborted.
 */
export async function retrying<Result>(run: () => Promise<Result>, retry: Retry): Promise<Result> {
  const { policy, isTransient, signal, onRetry } = retry;
  for (let repeat = 0; ; repeat++) {
    try {
      return await run();
    } catch (error) {
      signal?.throwIfAborted();
      if (repeat + 1 >= policy.attempts || !isTransient(error, repeat)) throw error;
      onRetry?.(error, repeat + 2, policy.attempts);
      await pause(jitterMs(policy, repeat), signal);
    }
  }
}
