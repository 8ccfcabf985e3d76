/** What a token's roles are good for; `unscoped`: for nothing yet. */
export type TokenScope = "project" | "domain" | "system" | "unscoped";

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
  /** Absent: `project`. The project's fields are empty for the other scopes. */
  readonly scope?: TokenScope;
  /** Roles of the service that passes the request on (X-Service-Token); absent without a valid one. */
  readonly serviceRoles?: readonly string[];
  /** The user's epoch in the token of the own identity service; absent in others'. */
  readonly epoch?: number;
  /** The token comes from an application credential that may not manage such credentials. */
  readonly isRestricted?: boolean;
}

/** An admin of the identity service. Who is one in the Image API, its policy says. */
export const isAdmin = (caller: Caller): boolean => caller.roles.includes("admin");
