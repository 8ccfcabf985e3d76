/** What messages to the user say beyond what happened: only the app knows how its user gives it another folder, say. */
export interface Advice {
  /** How to use another folder, as the end of a sentence: "start with --folder". */
  readonly otherFolder?: string;
  /** A sentence: what makes room on a full disk beside other files. */
  readonly room?: string;
  /** A sentence: what to do when the last writes to the tables may be lost. */
  readonly lostWrites?: string;
  /** A sentence: how what a lost message asked for is done nevertheless. */
  readonly lostMessage?: string;
}
