import type { Usage } from "../domain/usage.ts";

export interface Recount {
  /** What was recorded. Differs from `after` only where images were changed uncounted. */
  readonly before: Usage;
  readonly after: Usage;
}

/** How much each project uses, kept by the image store in the transactions that change images. */
export interface UsageStore {
  /** Strongly consistent. A project that was never counted is counted now. */
  read(project: string): Promise<Usage>;
  /**
   * Counts the project's images and records the result, exactly, while others go on writing. Throws Conflict when
   * they write so often that no count came through; nothing is changed then.
   */
  recount(project: string): Promise<Recount>;
}
