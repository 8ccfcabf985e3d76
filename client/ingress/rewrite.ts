import type { OutgoingHttpHeaders } from "node:http";
import { isJsonObject } from "../../shared/json-object.ts";
import { ownValue } from "../../shared/own-value.ts";

/** Whose URLs lead past the ingress, and where they should lead instead; both without a trailing slash. */
export interface Bases {
  readonly endpoint: string;
  readonly publicUrl: string;
}

/** Rewritten in place. */
type Json = Record<string, unknown>;
const isJson = (value: unknown): value is Json => isJsonObject(value);
const records = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

/** The URL from its API version on, after our base. Whatever name the API has for itself is replaced. */
function rebase(url: unknown, publicUrl: string): unknown {
  if (typeof url !== "string" || !URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  const versioned = /\/v\d+(?:\.\d+)?(?:\/.*)?$/.exec(pathname)?.[0];
  return versioned === undefined ? url : `${publicUrl}${versioned}${search}`;
}

function rebaseLinks(owner: unknown, publicUrl: string): void {
  if (!isJson(owner)) return;
  for (const link of records(owner.links)) link.href = rebase(link.href, publicUrl);
}

function rebaseCatalog(catalog: unknown, publicUrl: string): void {
  // The image URL is unversioned: gophercloud and glance put /v2 after it.
  const urls: Record<string, string> = { image: publicUrl, identity: `${publicUrl}/v3` };
  for (const { type, endpoints } of records(catalog)) {
    const url = ownValue(urls, String(type));
    if (url !== undefined) for (const endpoint of records(endpoints)) endpoint.url = url;
  }
}

/** Whether the body of this answer can hold URLs that lead past the ingress. */
export function leadsPast(path: string, status: number, contentType: string | undefined): boolean {
  if (!/^application\/json\b/i.test(contentType ?? "")) return false;
  if (status === 300) return true;
  return (
    status < 300 &&
    (/^\/(?:v2(?:\.\d+)?\/?)?(?:versions(?:\/.*)?)?$/.test(path) || /^\/v3(?:\/|$)/.test(path))
  );
}

/**
 * A JSON body with the URLs changed that would lead clients past the ingress: hrefs of version documents, the image
 * and identity services of a catalog, links of identity answers. Everything else, and what is no JSON, stays.
 */
export function rewriteBody(body: Buffer, { publicUrl }: Bases): Buffer {
  let document: unknown;
  try {
    document = JSON.parse(body.toString("utf8"));
  } catch {
    return body;
  }
  if (!isJson(document)) return body;
  for (const version of records(document.versions)) rebaseLinks(version, publicUrl);
  rebaseLinks(document.version, publicUrl);
  rebaseCatalog(document.catalog, publicUrl);
  if (isJson(document.token)) rebaseCatalog(document.token.catalog, publicUrl);
  if (isJson(document.links)) {
    const links = Object.entries(document.links).map(([name, url]) => [name, rebase(url, publicUrl)]);
    document.links = Object.fromEntries(links);
  }
  return Buffer.from(JSON.stringify(document));
}

/**
 * Location and WWW-Authenticate changed where they name the API. The Location of something created is always the
 * API's own; that of a redirect only if it begins with the endpoint: presigned URLs lead elsewhere on purpose.
 */
export function rewriteHeaders(
  headers: OutgoingHttpHeaders,
  status: number,
  bases: Bases,
): OutgoingHttpHeaders {
  const changed = { ...headers };
  const { location } = headers;
  const challenge = headers["www-authenticate"];
  if (typeof location === "string") {
    if (status < 300) changed.location = String(rebase(location, bases.publicUrl));
    else if (location === bases.endpoint || location.startsWith(`${bases.endpoint}/`)) {
      changed.location = bases.publicUrl + location.slice(bases.endpoint.length);
    }
  }
  // Another Keystone than the API's own is where clients log in, and not through here.
  if (challenge === `Keystone uri="${bases.endpoint}/v3"`) {
    changed["www-authenticate"] = `Keystone uri="${bases.publicUrl}/v3"`;
  }
  return changed;
}
