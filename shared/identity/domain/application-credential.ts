/** A login of a user for one project, with its own secret and some of the user's roles there. */
export interface ApplicationCredential {
  readonly id: string;
  /** Unique among those of its user. */
  readonly name: string;
  readonly userId: string;
  readonly projectId: string;
  readonly description?: string;
  /** The most that its tokens may have; what the user has lost since is not in them. */
  readonly roles: readonly string[];
  /** Whether its tokens may manage application credentials. */
  readonly unrestricted: boolean;
  /** Seconds since 1970. */
  readonly expiresAt?: number;
  readonly secretHash: string;
}

/** What a user chooses of a credential that is to be made. */
export interface NewCredential {
  readonly name: string;
  readonly description?: string;
  /** Chosen by the user; absent: one is made. */
  readonly secret?: string;
  /** Names; absent: all that the caller's token has. */
  readonly roles?: readonly string[];
  readonly unrestricted?: boolean;
  /** Seconds since 1970. */
  readonly expiresAt?: number;
}
