/** Who asks, as the token says it. Role names are in lower case. */
export interface Caller {
  readonly userId: string;
  readonly userName: string;
  readonly userDomainId: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly projectDomainId: string;
  readonly roles: readonly string[];
  /** What the token is good for; without it, the project. */
  readonly scope?: "project" | "system" | "domain";
  /** Roles of the service that sent a valid X-Service-Token along, in lower case. */
  readonly serviceRoles?: readonly string[];
  /** Seconds since 1970. */
  readonly tokenExpiresAt: number;
}

/** An admin of the identity service. Who is one in the Image API, its policy says. */
export const isAdmin = (caller: Caller): boolean => caller.roles.includes("admin");
