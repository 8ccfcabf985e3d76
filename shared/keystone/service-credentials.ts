import { ownValue } from "../own-value.ts";
/** How this service logs in at Keystone. */
export interface ServiceCredentials {
  readonly username: string;
  readonly password: string;
  readonly projectName: string;
  readonly userDomainName: string;
  readonly projectDomainName: string;
}

/**
 * Credentials out of a secret's text: a JSON object with `username`, `password` and `project_name`, and with
 * `user_domain_name` and `project_domain_name` where they are not `Default`. Throws without a word of the text.
 */
export function parseServiceCredentials(text: string): ServiceCredentials {
  let given: Record<string, unknown> = {};
  try {
    given = Object(JSON.parse(text));
  } catch {
    // Said below, without the parser's message: it quotes the text.
  }
  const member = (name: string, initial?: string): string => {
    const value = ownValue(given, name) ?? initial;
    if (typeof value === "string" && value !== "") return value;
    throw new Error(`the secret of the Keystone login has no ${name}`);
  };
  return {
    username: member("username"),
    password: member("password"),
    projectName: member("project_name"),
    userDomainName: member("user_domain_name", "Default"),
    projectDomainName: member("project_domain_name", "Default"),
  };
}

/** A login that is good for one project alone, which it knows by itself. */
export interface ServiceApplicationCredential {
  readonly applicationCredentialId: string;
  readonly applicationCredentialSecret: string;
}

/** Limits of all projects are shown to those only who log in for the whole system. */
export type ServiceScope = "project" | "system";

const byApplicationCredential = ({
  applicationCredentialId: id,
  applicationCredentialSecret: secret,
}: ServiceApplicationCredential) => ({
  identity: { methods: ["application_credential"], application_credential: { id, secret } },
});

function byPassword(known: ServiceCredentials, scope: ServiceScope) {
  return {
    identity: {
      methods: ["password"],
      password: {
        user: { name: known.username, domain: { name: known.userDomainName }, password: known.password },
      },
    },
    scope:
      scope === "system"
        ? { system: { all: true } }
        : { project: { name: known.projectName, domain: { name: known.projectDomainName } } },
  };
}

/**
 * The body of `POST /v3/auth/tokens` (Identity API v3, "Password authentication with scoped authorization" and
 * "Authenticating with an Application Credential").
 */
export const serviceLogin = (
  known: ServiceCredentials | ServiceApplicationCredential,
  scope: ServiceScope = "project",
) => ({
  auth: "username" in known ? byPassword(known, scope) : byApplicationCredential(known),
});
