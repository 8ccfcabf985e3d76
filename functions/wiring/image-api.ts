import { imageTokenVerifier } from "../../shared/adapters/jwt/image-token-verifier.ts";
import { type ApiWiring, apiHandler } from "../../shared/http/api-handler.ts";
import { createLogger } from "../../shared/http/logger.ts";
import type { Settings } from "../../shared/settings.ts";

/** A function of the Image API: callers known by their tokens, faults in Glance's form. */
export const imageApi = (
  serviceName: string,
  settings: Settings,
  { operations, fallback }: Pick<ApiWiring, "operations" | "fallback">,
) =>
  apiHandler({
    operations,
    ...(fallback ? { fallback } : {}),
    tokens: imageTokenVerifier({ cacheSeconds: settings.token_cache_time }),
    logger: createLogger(serviceName),
    publicEndpoint: settings.public_endpoint,
    allowedOrigins: settings.allowed_origin,
  });
