import { isJsonObject, type JsonObject } from "../json-object.ts";
import { type GivenProvider, identityProvider } from "./identity-provider.ts";

const isWord = (value: unknown): value is string => typeof value === "string" && /^[\w.-]{1,64}$/.test(value);
const isUrl = (value: unknown): value is string =>
  typeof value === "string" && /^https:\/\/[^\s?#]+$/.test(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isAbsentOr = (is: (value: unknown) => boolean, value: unknown): boolean =>
  value === undefined || is(value);

function isProvider(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { id, protocol, issuer, audience, jwks_uri: jwksUri, user_name_claim: claim }: JsonObject = value;
  const isNamed = isWord(id) && isAbsentOr(isWord, protocol) && isUrl(issuer);
  const hasForm = isAbsentOr(isUrl, jwksUri) && isAbsentOr(isText, claim);
  return isNamed && hasForm && Array.isArray(audience) && audience.length > 0 && audience.every(isText);
}

/** The setting `identity_providers`, a JSON list; undefined for anything that is not one. */
export function parseIdentityProviders(text: string): readonly GivenProvider[] | undefined {
  if (text === "") return [];
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(list) || !list.every(isProvider)) return undefined;
  const given: readonly GivenProvider[] = list;
  const names = new Set(given.map(identityProvider).map(({ id, protocol }) => `${id} ${protocol}`));
  return names.size === given.length ? given : undefined;
}
