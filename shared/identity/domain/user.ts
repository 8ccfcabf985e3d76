export interface User {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
  readonly enabled: boolean;
  /** The project of a login that names no scope. */
  readonly defaultProjectId?: string;
  readonly description?: string;
  readonly email?: string;
  /** Absent where another service proves the password. */
  readonly passwordHash?: string;
}

/** What can be changed; a member that is absent stays as it is. */
export type UserChanges = Partial<Omit<User, "id" | "domainId">>;
