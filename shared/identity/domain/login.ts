import type { DomainReference } from "./domain.ts";

/** A user or project as a client names it. */
export type Reference = { readonly id: string } | { readonly name: string; readonly domain: DomainReference };

export type Credentials =
  | { readonly method: "password"; readonly user: Reference; readonly password: string }
  | { readonly method: "token"; readonly token: string }
  | {
      readonly method: "application_credential";
      readonly credential: CredentialReference;
      readonly secret: string;
    };

/** A name is one of its user's. */
export type CredentialReference =
  | { readonly id: string }
  | { readonly name: string; readonly user: Reference };

/** `default`: the client names no scope and leaves the choice to us. */
export type ScopeRequest = { readonly project: Reference } | "unscoped" | "default";

/** A login: who it is, and for which project. */
export interface Login {
  readonly credentials: Credentials;
  readonly scope: ScopeRequest;
}
