import type { Finding, FindingState, Sighting } from "../domain/finding.ts";

export interface FindingsPage {
  readonly findings: readonly Finding[];
  /** The id to continue after; absent at the end. */
  readonly next?: string;
}

/** What audits have found. Reads are strongly consistent. */
export interface Findings {
  /**
   * Records a sighting in the one record of its kind and subject, by the rules of `recordSighting`; what is news goes into the
   * outbox as `image.audit.finding` in the same transaction. Safe against others who record the same at once.
   */
  record(sighting: Sighting, at: Date): Promise<{ readonly finding: Finding; readonly isNews: boolean }>;
  find(id: string): Promise<Finding | undefined>;
  /** By id, so those of one kind together; at most `limit`, starting after the id `after`. */
  list(options: {
    readonly limit: number;
    readonly after?: string;
    readonly state?: FindingState;
  }): Promise<FindingsPage>;
  /** An operator knows of it: undefined when there is no such finding. Repeats keep the first one's name and time. */
  acknowledge(id: string, by: string, at: Date): Promise<Finding | undefined>;
}
