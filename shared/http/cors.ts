/**
 * Cross-origin access from web pages, by the setting `allowed_origin`: exact origins, or `*` for every page. Nothing
 * is allowed by default. Credentials are never allowed: callers prove themselves with headers that a page sets itself,
 * so no page can use what a browser keeps for another one.
 */

const allowMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
const allowHeaders = [
  "X-Auth-Token",
  "X-Subject-Token",
  "X-Image-Transfer-Token",
  "X-OpenStack-Image-Size",
  "X-OpenStack-Request-Id",
  "Content-Type",
  "Content-MD5",
].join(", ");
/** Scripts see no header of an answer that is not named here, but for a few harmless ones (Fetch standard). */
const exposeHeaders = [
  "Location",
  "X-Subject-Token",
  "X-OpenStack-Request-Id",
  "OpenStack-image-import-methods",
  "OpenStack-image-store-ids",
  "OpenStack-image-metadef-warnings",
  "Retry-After",
].join(", ");
const MAX_AGE_SECONDS = 3600;

type Headers = Readonly<Record<string, string>>;

/** The value of Access-Control-Allow-Origin, undefined for a page that may not read our answers. */
const allowOrigin = (allowed: readonly string[], origin: string | undefined): string | undefined => {
  if (origin === undefined) return undefined;
  if (allowed.includes("*")) return "*";
  return allowed.includes(origin) ? origin : undefined;
};

/**
 * Headers for any answer to a request with this `Origin`. Once origins are configured every answer says that it
 * depends on the origin: a cache would else give one page's answer to another.
 */
export function corsHeaders(allowed: readonly string[], origin: string | undefined): Headers {
  if (allowed.length === 0) return {};
  const value = allowOrigin(allowed, origin);
  return {
    Vary: "Origin",
    ...(value === undefined
      ? {}
      : { "Access-Control-Allow-Origin": value, "Access-Control-Expose-Headers": exposeHeaders }),
  };
}

/** What of a request tells a preflight; header names in lower case. */
export interface PreflightRequest {
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * Further headers of the answer to a preflight from an allowed page; undefined for every other request, OPTIONS
 * included. Browsers send no token with a preflight, so it is answered before any login.
 */
export function preflightHeaders(
  allowed: readonly string[],
  { method, headers }: PreflightRequest,
): Headers | undefined {
  const isPreflight = method === "OPTIONS" && headers.has("access-control-request-method");
  if (!isPreflight || allowOrigin(allowed, headers.get("origin")) === undefined) return undefined;
  return {
    "Access-Control-Allow-Methods": allowMethods,
    "Access-Control-Allow-Headers": allowHeaders,
    "Access-Control-Max-Age": String(MAX_AGE_SECONDS),
  };
}
