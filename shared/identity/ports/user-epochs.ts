/** What of a user's tokens was revoked. */
export interface Revocations {
  /** A token names the epoch that it was made in; with an earlier one it is good no more. */
  readonly epoch: number;
  /** Ids (`jti`) of tokens of this epoch that were revoked one by one; some of them may have ended by themselves. */
  readonly tokenIds: ReadonlySet<string>;
}

/** Sees every revocation that has returned. */
export interface UserEpochs {
  /** The user's epoch: 0 at first, then one more whenever all its tokens are revoked. */
  epochOf(userId: string): Promise<number>;
  /** The epoch with all that was revoked in it, by one read. */
  revocationsOf(userId: string): Promise<Revocations>;
}
