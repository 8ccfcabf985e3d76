import type { User } from "../domain/user.ts";

/** What a proof looks at. */
export type Account = Pick<User, "name" | "passwordHash">;

export interface PasswordProof {
  /**
   * Whether this is the user's password. Takes as long for an unknown user (undefined, always false) as for a known
   * one, so that the time does not tell which names exist. Says nothing about whether the user is enabled.
   */
  prove(user: Account | undefined, password: string): Promise<boolean>;
}
