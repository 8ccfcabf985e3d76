export interface User {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
  readonly enabled: boolean;
  /** The project of a login that names no scope. */
  readonly defaultProjectId?: string;
  /** Absent where another service proves the password. */
  readonly passwordHash?: string;
}
