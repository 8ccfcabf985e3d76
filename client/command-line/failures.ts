/** What scripts can rely on; docs/imagectl.md and --help say the same. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  resumable: 3,
  mismatch: 4,
  impatient: 130,
} as const;

/** The command line asks for something impossible. */
export class UsageError extends Error {}

/** Ctrl-C, or a signal of that kind. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
  }
}

/** Data is not what the image's record says. */
export class DataMismatch extends Error {}

/** It failed, or was stopped, but nothing is lost: `resume` is the command line that goes on. */
export class Resumable extends Error {
  readonly resume: string;
  constructor(cause: unknown, resume: string) {
    super("not finished", { cause });
    this.resume = resume;
  }
}

/** A failure with what to do about it, as a whole sentence. */
export class Advised extends Error {
  readonly advice: string;
  constructor(cause: unknown, advice: string) {
    super("failed", { cause });
    this.advice = advice;
  }
}
