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
