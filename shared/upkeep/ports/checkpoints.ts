/** Where something stands that goes on over many runs. */
export interface Checkpoint {
  /** Counts the writes, from 1. */
  readonly revision: number;
  /** Plain data, as JSON has it; at most 300 KB. */
  readonly state: unknown;
}

/** Another run has written the checkpoint since it was read: that one goes on, this one ends. */
export class CheckpointMoved extends Error {
  constructor(name: string) {
    super(`the checkpoint ${name} was moved by another run`);
  }
}

/**
 * Checkpoints by name. They are never removed, only written over, so that a revision never comes again and a run
 * that was asleep cannot write over a later pass.
 */
export interface Checkpoints {
  /** Strongly consistent. */
  find(name: string): Promise<Checkpoint | undefined>;
  /**
   * Writes on condition that the revision is still the one that was seen (undefined: there is none yet). Returns
   * the new revision. Throws CheckpointMoved; never for a write of this call that happened although its answer
   * was lost.
   */
  save(name: string, seen: number | undefined, state: unknown): Promise<number>;
}
