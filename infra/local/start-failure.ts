/** Something the user can mend: the start prints its message as one line, changes nothing more and exits with 1. */
export class StartFailure extends Error {}

/** The message of whatever was thrown, on one line. */
export const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ");
