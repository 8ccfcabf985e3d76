import { type ApiWiring, apiHandler } from "../../shared/http/api-handler.ts";
import { type FaultForm, glanceFault } from "../../shared/http/fault.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { keystoneRoot } from "../../shared/keystone/ask-keystone.ts";
import type { Settings } from "../../shared/settings.ts";
import { offeredVersions } from "./offered-versions.ts";
import { tokenVerifier } from "./token-verifier.ts";

const bearerFault: FaultForm = (error, request) => {
  const answer = glanceFault(error, request);
  const challenge = error.status === 401 && { "WWW-Authenticate": "Bearer" };
  return { ...answer, headers: { ...answer.headers, ...challenge } };
};

/** A 401 names the Keystone to log in at, this one unless there is another; at an issuer there are many ways. */
function faultOf({ keystone_auth_url: authUrl, oidc_issuers: issuers }: Settings): FaultForm {
  if (authUrl !== "")
    return (error, request) => glanceFault(error, { ...request, publicUrl: keystoneRoot(authUrl) });
  return issuers.length === 0 ? glanceFault : bearerFault;
}

type OwnWiring<Operation extends string> = Pick<
  ApiWiring<Operation>,
  "routes" | "operations" | "fallback" | "onRefused"
>;

/**
 * A function of the Image API: callers known by their tokens, faults in Glance's form. `routes` are those of the modules
 * whose operations it has: of others the gateway sends it nothing, and their tables would be part of its bundle.
 */
export const imageApi = <const Operation extends string>(
  serviceName: string,
  settings: Settings,
  { routes, operations, fallback, onRefused }: OwnWiring<Operation>,
) =>
  apiHandler({
    routes,
    operations,
    ...(fallback ? { fallback } : {}),
    ...(onRefused ? { onRefused } : {}),
    tokens: tokenVerifier(settings),
    logger: createLogger(serviceName),
    publicEndpoint: settings.public_endpoint,
    allowedOrigins: settings.allowed_origin,
    offered: offeredVersions(settings),
    fault: faultOf(settings),
  });
