/** What a command hands back: the same for programs and for people. */
export interface Result {
  readonly json: unknown;
  /** Nothing is printed for an empty one. */
  readonly text: string;
  /** What was not done of it: told last, and the exit code says so. */
  readonly failure?: Error;
}
