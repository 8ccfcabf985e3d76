import type { ApplicationCredential } from "../domain/application-credential.ts";

/** Application credentials. Every read sees every write that has returned. */
export interface CredentialStore {
  findCredential(id: string): Promise<ApplicationCredential | undefined>;
  findCredentialByName(userId: string, name: string): Promise<ApplicationCredential | undefined>;
  /** All of a user, sorted by name. */
  credentialsOf(userId: string): Promise<readonly ApplicationCredential[]>;
  /** Throws Conflict when the user has one of this name, NotFound when there is no such user. */
  createCredential(credential: ApplicationCredential): Promise<void>;
  /** Deletes it and revokes the user's tokens in the same step; false when there was none. */
  deleteCredential(credential: ApplicationCredential): Promise<boolean>;
}
