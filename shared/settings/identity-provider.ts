import { isJsonObject, type JsonObject } from "../json-object.ts";

/** An OpenID Connect issuer whose users log in here under `id` and `protocol`. */
export interface IdentityProvider {
  readonly id: string;
  readonly protocol: string;
  /** `iss` of its tokens, letter for letter. */
  readonly issuer: string;
  /** One of these must be a token's audience, or its client where it names no audience. */
  readonly audience: readonly string[];
  readonly jwksUri: string;
  /** The claim with the user's name. */
  readonly userNameClaim: string;
}

const isWord = (value: unknown): value is string => typeof value === "string" && /^[\w.-]{1,64}$/.test(value);
const isUrl = (value: unknown): value is string =>
  typeof value === "string" && /^https:\/\/[^\s?#]+$/.test(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

function providerOf(value: unknown): IdentityProvider | undefined {
  if (!isJsonObject(value)) return undefined;
  const {
    id,
    protocol = "openid",
    issuer,
    audience,
    jwks_uri: jwksUri = `${issuer}/.well-known/jwks.json`,
    user_name_claim: userNameClaim = "preferred_username",
  }: JsonObject = value;
  const isNamed = isWord(id) && isWord(protocol) && isUrl(issuer) && isUrl(jwksUri) && isText(userNameClaim);
  if (!isNamed || !Array.isArray(audience) || audience.length === 0 || !audience.every(isText)) {
    return undefined;
  }
  return { id, protocol, issuer, audience, jwksUri, userNameClaim };
}

/** The setting `identity_providers`, a JSON list; undefined for anything that is not one. */
export function parseIdentityProviders(text: string): readonly IdentityProvider[] | undefined {
  if (text === "") return [];
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(list)) return undefined;
  const providers = list.map(providerOf).filter((provider) => provider !== undefined);
  const names = new Set(providers.map(({ id, protocol }) => `${id} ${protocol}`));
  return names.size === list.length ? providers : undefined;
}
