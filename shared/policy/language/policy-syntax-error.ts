/** A rule that cannot be read; `position` counts characters from 1. */
export class PolicySyntaxError extends Error {
  readonly position: number;
  readonly reason: string;

  constructor(position: number, reason: string) {
    super(`character ${position}: ${reason}`);
    this.position = position;
    this.reason = reason;
  }
}
