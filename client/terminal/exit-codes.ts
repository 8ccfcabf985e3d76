/** What scripts can rely on; docs/imagectl.md and --help say the same. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  resumable: 3,
  mismatch: 4,
  impatient: 130,
} as const;
