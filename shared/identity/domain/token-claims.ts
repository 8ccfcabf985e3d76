import type { Caller } from "../../caller.ts";
import { isJsonObject, type JsonObject } from "../../json-object.ts";
import type { Domain } from "./domain.ts";

/** `iss` of every token; a deployment is told apart by its keys. */
export const TOKEN_ISSUER = "serverless-glance";

/** Longest token that is read at all: API Gateway takes 10,240 bytes of headers in all. */
export const MAX_TOKEN_BYTES = 8192;

/** `image`: scoped to a project. `identity`: unscoped, good only for choosing a project. */
export type TokenAudience = "image" | "identity";

interface RoleClaim {
  readonly id: string;
  readonly name: string;
}

interface ProjectClaim {
  readonly id: string;
  readonly name: string;
  readonly domain: Domain;
}

/** What a token says. `project` is there exactly when the audience is `image`. */
export interface TokenClaims {
  readonly iss: string;
  readonly aud: TokenAudience;
  /** User id. */
  readonly sub: string;
  /** Seconds since 1970, as `exp`. */
  readonly iat: number;
  readonly exp: number;
  /** Keystone's audit id. */
  readonly jti: string;
  /** User name. */
  readonly name: string;
  /** The user's domain. */
  readonly domain: Domain;
  readonly project?: ProjectClaim;
  readonly roles: readonly RoleClaim[];
  /** How the user proved who it is: `password`, `token`, `application_credential`, `openid`. */
  readonly methods: readonly string[];
  /** The user's epoch when the token was made: with a later one it is good no more. */
  readonly epoch: number;
  /** The application credential that the token was got with. */
  readonly credential?: CredentialClaim;
}

interface CredentialClaim {
  readonly id: string;
  readonly name: string;
  readonly restricted: boolean;
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isTime = (value: unknown): value is number => Number.isSafeInteger(value);
/** Domains and roles alike. */
const isNamed = (value: unknown): value is { id: string; name: string } =>
  isJsonObject(value) && isText(value.id) && isText(value.name);
const isProject = (value: unknown): value is ProjectClaim =>
  isNamed(value) && isNamed((value as unknown as JsonObject).domain);

const isCredential = (value: unknown): value is CredentialClaim =>
  isNamed(value) && typeof (value as unknown as JsonObject).restricted === "boolean";

/** The claims of a verified payload; undefined when one is missing or has another type. */
export function claimsOf(payload: unknown): TokenClaims | undefined {
  if (!isJsonObject(payload)) return undefined;
  const { iss, aud, sub, iat, exp, jti, name, domain, project, roles, methods, epoch, credential } = payload;
  const named = isText(iss) && isText(sub) && isText(jti) && isText(name) && isNamed(domain);
  if (!named || !isTime(iat) || !isTime(exp) || !isTime(epoch)) return undefined;
  if (!Array.isArray(roles) || !roles.every(isNamed)) return undefined;
  if (!Array.isArray(methods) || !methods.every(isText)) return undefined;
  if (credential !== undefined && !isCredential(credential)) return undefined;
  const whole = {
    iss,
    sub,
    iat,
    exp,
    jti,
    name,
    domain,
    roles,
    methods,
    epoch,
    ...(credential && { credential }),
  };
  if (aud === "image" && isProject(project)) return { ...whole, aud, project };
  if (aud === "identity" && project === undefined && roles.length === 0) return { ...whole, aud };
  return undefined;
}

/** The caller that claims stand for; the project's fields are empty for an unscoped token. */
export const callerOfClaims = (claims: TokenClaims): Caller => ({
  userId: claims.sub,
  userName: claims.name,
  userDomainId: claims.domain.id,
  projectId: claims.project?.id ?? "",
  projectName: claims.project?.name ?? "",
  projectDomainId: claims.project?.domain.id ?? "",
  roles: claims.roles.map(({ name }) => name.toLowerCase()),
  tokenExpiresAt: claims.exp,
  epoch: claims.epoch,
  ...(claims.credential && { isRestricted: claims.credential.restricted }),
});
