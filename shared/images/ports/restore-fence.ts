/** Keeps whoever works by a table that was restored, or is a copy, from having bytes deleted that are in use by now. */
export interface RestoreFence {
  /** Why nothing may be done now that makes bytes be deleted; undefined when nothing speaks against it. */
  whyClosed(): Promise<string | undefined>;
}
