import { isJsonObject } from "../../shared/json-object.ts";
import { API_IDLE_MS, apiRetry } from "../limits.ts";
import { retrying } from "../protocol/retry.ts";
import type { Connections } from "../transfer/connections.ts";
import { exchange } from "../transfer/exchange.ts";
import { isPassing } from "../transfer/transfer-api.ts";
import { type CloudSettings, ConfigurationError } from "./cloud-settings.ts";

const MAX_VERSIONS_BYTES = 1024 * 1024;

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");
const isVersion3 = (url: string): boolean => withoutSlash(url).endsWith("v3");
const asVersion3 = (url: string): string => (isVersion3(url) ? withoutSlash(url) : `${withoutSlash(url)}/v3`);

/** The links of a version document's v3, in any of the forms that Keystone had. */
function version3Link(document: unknown): string | undefined {
  if (!isJsonObject(document)) return undefined;
  const { versions, version } = document;
  const listed = isJsonObject(versions) ? versions.values : (versions ?? [version]);
  const found = (Array.isArray(listed) ? listed : []).findLast(
    (entry) => isJsonObject(entry) && typeof entry.id === "string" && /^v3(\.|$)/.test(entry.id),
  );
  const links = isJsonObject(found) && Array.isArray(found.links) ? found.links : [];
  const self = links.find((link) => isJsonObject(link) && link.rel === "self");
  return isJsonObject(self) && typeof self.href === "string" ? self.href : undefined;
}

/** Undefined where there is no version document to be had. */
async function documentAt(url: string, connections: Connections, signal: AbortSignal): Promise<unknown> {
  const call = { method: "GET", url: new URL(url), headers: { accept: "application/json" } };
  try {
    const answer = await retrying(
      () =>
        exchange(connections, { ...call, idleMs: API_IDLE_MS, maxAnswerBytes: MAX_VERSIONS_BYTES, signal }),
      { policy: apiRetry, isTransient: isPassing, signal },
    );
    return answer.status < 400 ? JSON.parse(answer.body.toString("utf8")) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Base URL of the identity API v3, without trailing slash. The v3 auth types, and an auth_url that ends in `v3`, name it;
 * else the version document at auth_url is asked, as keystoneauth does. Throws ConfigurationError where there is no v3.
 */
export async function identityUrl(
  { auth, authType, source }: CloudSettings,
  connections: Connections,
  signal: AbortSignal,
): Promise<string> {
  const authUrl = auth.auth_url ?? "";
  if (authType.startsWith("v3") || isVersion3(authUrl)) return asVersion3(authUrl);
  const document = await documentAt(authUrl, connections, signal);
  const link = version3Link(document);
  if (link !== undefined && URL.canParse(link, authUrl)) {
    const url = new URL(link, authUrl);
    // A password is never sent in clear because a proxy's TLS is unknown to the service behind it.
    const isDowngrade = authUrl.startsWith("https:") && url.protocol !== "https:";
    return isDowngrade ? asVersion3(authUrl) : asVersion3(url.href);
  }
  if (document === undefined && new URL(authUrl).pathname.startsWith("/v3")) return asVersion3(authUrl);
  throw new ConfigurationError(
    `${source}: there is no identity service v3 at auth_url, which mostly ends in /v3`,
  );
}
