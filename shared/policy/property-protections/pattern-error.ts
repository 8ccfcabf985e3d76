/** A regular expression that cannot be used; `position` counts characters from 1. */
export class PatternError extends Error {
  constructor(position: number, reason: string) {
    super(`character ${position} of the pattern: ${reason}`);
  }
}
