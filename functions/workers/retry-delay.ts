const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 900;

/**
 * Seconds until a message that was received so many times is tried again: 5, 10, 20, … 900, and up to half of it less by
 * chance, so that what failed together does not come back together. Nine of them, which is what a queue of ten tries
 * allows, take 18 to 36 minutes.
 */
export function retryDelaySeconds(receiveCount: number, random = Math.random): number {
  const tries = Math.min(20, Math.max(1, receiveCount || 1));
  const longest = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** (tries - 1));
  return Math.ceil(longest * (1 - random() / 2));
}
