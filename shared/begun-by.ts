/** The login with which something was begun that goes on without it. */
export interface BegunBy {
  readonly user_id: string;
  readonly project_id: string;
  /** The user's epoch in the login; absent where another service knows the users. */
  readonly epoch?: number;
}
