/** A sign of life that table and bucket both hold, so that each tells whether the other is still the same. */
export interface Heartbeat {
  /** Identity of the table that it was written for. */
  readonly table: string;
  /** Counts up; in the bucket it is never ahead of the table's. */
  readonly beat: number;
}

export interface SeenHeartbeat extends Heartbeat {
  /** The store's own mark of this state. */
  readonly version: string;
}

/** One place that holds a heartbeat: the table, or the bucket. */
export interface Heartbeats {
  /** Strongly consistent. One that cannot be read is that of no table, with beat 0. */
  find(): Promise<SeenHeartbeat | undefined>;
  /** Writes when what is there is still what was seen (undefined: nothing); false when it is not. */
  replace(seen: SeenHeartbeat | undefined, next: Heartbeat): Promise<boolean>;
}
