/** Who tries to log in from where. `user` stands for an account, whether it exists or not. */
export interface LoginAttempt {
  readonly user: string;
  readonly address: string;
}

/** Counts refused logins, each account and address for itself. */
export interface LoginFailures {
  /** Seconds until this one may try again; 0 when it may. */
  waitSeconds(attempt: LoginAttempt): Promise<number>;
  /** Counts one failure; a failure after the period is over begins a new one. */
  count(attempt: LoginAttempt): Promise<void>;
  /**
   * Forgets the failures after a success, and returns 0; unless there have been too many in the meantime: then the
   * seconds to wait, so that guesses that were all made at once are no better than one after the other.
   */
  forget(attempt: LoginAttempt): Promise<number>;
}

export interface FailureLimits {
  /** So many failures are answered; then there is a pause. */
  readonly attempts: number;
  /** Length of the period, from its first failure on. */
  readonly seconds: number;
}
