/** Who tries to log in from where. `user` stands for an account, whether it exists or not. */
export interface LoginAttempt {
  readonly user: string;
  readonly address: string;
}

/** Whether the attempt may be judged. */
export interface Admission {
  /** 0: it may be judged, and counts as a failure until `forget` says otherwise. Else seconds until the period is over. */
  readonly waitSeconds: number;
  /** Some of those that were let in are still being judged: if one of them succeeds, there is room at once. */
  readonly isUndecided: boolean;
}

/** Counts refused logins, each account and address for itself. */
export interface LoginFailures {
  /**
   * Takes one of the period's attempts, before anybody looks at the secret; after the end of a period a new one begins.
   * Of any number at once no more than `attempts` are let in. One that was let in and never came back (its function
   * died) counts as a failure.
   */
  admit(attempt: LoginAttempt): Promise<Admission>;
  /** The attempt that was let in has failed. */
  fail(attempt: LoginAttempt): Promise<void>;
  /** The attempt that was let in could not be judged: it counts no more. */
  giveBack(attempt: LoginAttempt): Promise<void>;
  /** The attempt that was let in has succeeded: the failures are forgotten. */
  forget(attempt: LoginAttempt): Promise<void>;
}

export interface FailureLimits {
  /** So many failures are answered; then there is a pause. */
  readonly attempts: number;
  /** Length of the period, from its first attempt on. */
  readonly seconds: number;
}
