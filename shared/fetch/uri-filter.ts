import { isIP } from "node:net";
import { SourceForbidden } from "./fetch-errors.ts";

/** Glance's `[import_filtering_opts]`: of each kind, a list of what is allowed makes the other one void. */
export interface UriFilterOptions {
  readonly allowed_schemes: readonly string[];
  readonly disallowed_schemes: readonly string[];
  readonly allowed_hosts: readonly string[];
  readonly disallowed_hosts: readonly string[];
  readonly allowed_ports: readonly number[];
  readonly disallowed_ports: readonly number[];
}

const LONGEST = 8192;
/** As long as a name of the DNS may be. */
const LONGEST_HOST = 253;
/** What the fetching side speaks, whatever the lists say. */
const spoken = new Set(["http", "https"]);

const passes = <Value>(value: Value, allowed: readonly Value[], disallowed: readonly Value[]): boolean =>
  allowed.length > 0 ? allowed.includes(value) : !disallowed.includes(value);

/** Scheme, authority and rest as they are written: RFC 3986, appendix B. */
const written = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i;

/** A host as hosts are compared: lower case, without the dot that ends a full name, IPv6 without brackets. */
const plainHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");

/**
 * The host as it is written. URL reads `2130706433`, `0x7f.1`, `127.1` and full-width digits as addresses, and maps
 * Unicode to ASCII: a host that it reads otherwise than it is written would pass lists that name it as written.
 */
function checkedHost(authority: string, url: URL): string {
  if (authority.includes("@"))
    throw new SourceForbidden("A URL with a user name or a password is not fetched.");
  const host = authority.replace(/:\d*$/, "");
  if (host === "") throw new SourceForbidden("The URL names no host.");
  if (plainHost(host).length > LONGEST_HOST)
    throw new SourceForbidden(
      `The host of the URL is longer than ${LONGEST_HOST} characters, which no host is.`,
    );
  if (/[^\x21-\x7e]/.test(host) || host.includes("%"))
    throw new SourceForbidden(
      "The host of the URL must be written in ASCII; that of other names begins with xn--.",
    );
  const isSame = host.toLowerCase() === url.hostname || (host.startsWith("[") && isIP(plainHost(host)) === 6);
  if (!isSame || /^[\d.]+$/.test(plainHost(host)) !== (isIP(plainHost(host)) === 4))
    throw new SourceForbidden("The host of the URL is neither a name nor an address in its usual form.");
  return plainHost(url.hostname);
}

/**
 * Reads a URL that a caller wants fetched, and judges it by the lists: its scheme, its host, and its port where it
 * names one. Throws SourceForbidden with the reason. Where the host leads to is judged when the connection is made.
 */
export function uriFilter(options: UriFilterOptions): (uri: string) => URL {
  const hosts = options.allowed_hosts.map(plainHost);
  const refusedHosts = options.disallowed_hosts.map(plainHost);
  return (uri) => {
    if (uri.length > LONGEST) throw new SourceForbidden(`The URL is longer than ${LONGEST} characters.`);
    const [, scheme = "", authority = ""] = written.exec(uri) ?? [];
    if (scheme === "" || /[\s\\]|[^\x20-\uffff]/.test(uri) || !URL.canParse(uri))
      throw new SourceForbidden("The URL is malformed: it must be like https://host/path.");
    const name = scheme.toLowerCase();
    if (!spoken.has(name) || !passes(name, options.allowed_schemes, options.disallowed_schemes))
      throw new SourceForbidden(`URLs with the scheme ${name} are not fetched.`);
    const url = new URL(uri);
    const host = checkedHost(authority, url);
    if (!passes(host, hosts, refusedHosts))
      throw new SourceForbidden(`Nothing is fetched from the host ${host}.`);
    const [, port] = /:(\d+)$/.exec(authority) ?? [];
    if (
      port !== undefined &&
      (port === "0" || !passes(Number(port), options.allowed_ports, options.disallowed_ports))
    )
      throw new SourceForbidden(`Nothing is fetched from the port ${port}.`);
    return url;
  };
}
