import { setTimeout as sleep } from "node:timers/promises";

const ATTEMPTS = 12;
const FIRST_DELAY = 25;
const LONGEST_DELAY = 1000;

/** Waits before repetition `attempt` (0, 1, …): exponential with full jitter (AWS architecture blog, backoff). */
export const backoff = (attempt: number): Promise<void> =>
  sleep(Math.random() * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt));

/** Repeats `work` while `isPassing` says that its error passes by itself; the last error comes through. */
export async function retrying<Result>(
  work: () => Promise<Result>,
  isPassing: (error: unknown) => boolean,
  attempts = ATTEMPTS,
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt + 1 >= attempts || !isPassing(error)) throw error;
      await backoff(attempt);
    }
  }
}
