import { keystoneRoot } from "../../shared/adapters/keystone/ask-keystone.ts";
import { type ApiWiring, apiHandler } from "../../shared/http/api-handler.ts";
import { type FaultForm, glanceFault } from "../../shared/http/fault.ts";
import { createLogger } from "../../shared/http/logger.ts";
import type { Settings } from "../../shared/settings.ts";
import { tokenVerifier } from "./token-verifier.ts";

/** A 401 names the Keystone to log in at: this one, unless there is another. */
const faultOf = ({ keystone_auth_url: authUrl }: Settings): FaultForm =>
  authUrl === ""
    ? glanceFault
    : (error, request) => glanceFault(error, { ...request, publicUrl: keystoneRoot(authUrl) });

/** A function of the Image API: callers known by their tokens, faults in Glance's form. */
export const imageApi = (
  serviceName: string,
  settings: Settings,
  { operations, fallback }: Pick<ApiWiring, "operations" | "fallback">,
) =>
  apiHandler({
    operations,
    ...(fallback ? { fallback } : {}),
    tokens: tokenVerifier(settings),
    logger: createLogger(serviceName),
    publicEndpoint: settings.public_endpoint,
    fault: faultOf(settings),
  });
