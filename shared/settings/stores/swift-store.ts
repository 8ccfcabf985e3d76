import type { JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { refuseStore } from "./store-fault.ts";
import { flagMember, secretMember, textMember, urlMember } from "./store-members.ts";
import type { StoreBase, SwiftStoreSetting } from "./store-setting.ts";

const ofKeystone = ["project", "project_domain", "region", "interface"];

export const swiftMembers = [
  ...["auth_url", "auth_version", ...ofKeystone, "endpoint", "container", "create_container_on_put"],
  ...["secret", "sees_tokens"],
];

const interfaces = ["public", "internal", "admin"];
/** With slashes at their end or not, they are the same. */
const withoutSlash = ({ origin, pathname }: URL): string => `${origin}${pathname}`.replace(/\/+$/, "");

function authUrlOf(id: string, given: JsonObject): string {
  const url = urlMember(id, given, "auth_url", "https://keystone.example:5000/v3");
  if (url === undefined)
    return refuseStore(id, "it needs auth_url, the address of the Keystone to log in at");
  if (url.search !== "" || url.hash !== "")
    return refuseStore(id, "auth_url: expected nothing after the path");
  return withoutSlash(url);
}

/** URL of the account, where the catalog names none, or none that clients reach. */
function endpointOf(id: string, given: JsonObject): string | undefined {
  const example = "https://swift.example/v1/AUTH_0123";
  const url = urlMember(id, given, "endpoint", example);
  if (url === undefined) return undefined;
  if (!/\/v1\/[^/]+\/?$/.test(url.pathname) || url.search !== "" || url.hash !== "")
    return refuseStore(id, `endpoint: expected the URL of an account, like ${example}`);
  return withoutSlash(url);
}

function interfaceOf(id: string, given: JsonObject): string {
  const value = ownValue(given, "interface") ?? "public";
  if (typeof value === "string" && interfaces.includes(value)) return value;
  return refuseStore(id, `interface: expected one of ${interfaces.join(", ")}`);
}

/** What a store of type swift says: where to log in, and its container there. Throws StoreFault. */
export function swiftStoreOf(base: StoreBase, given: JsonObject): SwiftStoreSetting {
  const { id } = base;
  const authUrl = authUrlOf(id, given);
  const version = ownValue(given, "auth_version") ?? 3;
  if (version !== 1 && version !== 3)
    return refuseStore(id, "auth_version: expected 3 (Keystone) or 1 (Swift's own login)");
  const foreign = ofKeystone.find((name) => Object.hasOwn(given, name));
  if (version === 1 && foreign !== undefined)
    return refuseStore(id, `${foreign} is of a Keystone: with auth_version 1 leave it out`);
  const some = /^.{1,64}$/u;
  const project = textMember(id, given, "project", some, "the name of a project");
  const domain = textMember(id, given, "project_domain", some, "the name of a domain");
  if (domain !== undefined && project === undefined)
    return refuseStore(id, "project_domain needs a project: an application credential knows its own");
  const region = textMember(id, given, "region", some, "the name of a region of the Keystone");
  // Containers of uploads have 66 more letters in their names, of which Swift takes 256 (bytes).
  const form = /^[\w][\w.-]{0,149}$/;
  const container = textMember(id, given, "container", form, "letters, digits, _, . and -, at most 150");
  if (container === undefined) return refuseStore(id, "it needs a container");
  const endpoint = endpointOf(id, given);
  const kind = interfaceOf(id, given);
  return {
    ...base,
    ...{ type: "swift", authUrl, container },
    ...(version === 1 && { authVersion: 1 }),
    ...(project !== undefined && { project }),
    ...(domain !== undefined && { projectDomain: domain }),
    ...(region !== undefined && { region }),
    ...(kind !== "public" && { interface: kind }),
    ...(endpoint !== undefined && { endpoint }),
    ...(flagMember(id, given, "create_container_on_put", false) && { createContainer: true }),
    ...(flagMember(id, given, "sees_tokens", false) && { seesTokens: true }),
    ...secretMember(id, given),
  };
}
