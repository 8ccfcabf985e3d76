/** A change that has something in hand beside its transaction. */
export interface UnfinishedChange {
  /** ISO 8601: when it began. */
  readonly at: string;
  /** Its place among the others: sorts by time. */
  readonly place: string;
  /** The id of the namespace. */
  readonly namespace: string;
}

/**
 * What changes of namespaces have prepared and never written, or left behind, because they were killed or had no time:
 * definitions and list entries that nothing reads, and notifications that are not in the outbox yet.
 */
export interface UnfinishedChanges {
  /** Oldest first, at most `limit`, behind the place `after`. */
  waiting(limit: number, after?: string): Promise<readonly UnfinishedChange[]>;
  /**
   * Ends one: what it left goes, its notifications come into the outbox when it was written; one that was not written
   * never will be, and tells of nothing. False when there was no time for all of it: what is left is still found.
   * Idempotent. Never for one whose request may still be at work: that would be refused.
   */
  end(change: UnfinishedChange, hasTime: () => boolean): Promise<boolean>;
}
