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

interface WithPassword {
  /** As it was sent: to be hashed at once and kept nowhere. */
  readonly password?: string;
}

export type NewUser = Omit<User, "id" | "passwordHash"> & WithPassword;
export type UserUpdate = Omit<UserChanges, "passwordHash"> & WithPassword;

/** The old password proves who changes it. */
export interface PasswordChange {
  readonly original: string;
  readonly password: string;
}
