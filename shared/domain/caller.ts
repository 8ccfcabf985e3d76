/** Who asks, as the token says it. Role names are in lower case. */
export interface Caller {
  readonly userId: string;
  readonly userName: string;
  readonly userDomainId: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly projectDomainId: string;
  readonly roles: readonly string[];
  /** Seconds since 1970. */
  readonly tokenExpiresAt: number;
  /** The token comes from an application credential that may not manage such credentials. */
  readonly isRestricted?: boolean;
}

/** Glance's rule `context_is_admin`: the role admin in any project. */
export const isAdmin = (caller: Caller): boolean => caller.roles.includes("admin");
