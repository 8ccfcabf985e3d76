/** Our clock and the store's may each be an hour wrong, so two times of theirs may be this far from the truth. */
export const CLOCK_SKEW_MS = 2 * 3_600_000;
