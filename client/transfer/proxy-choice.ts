import { BlockList, isIPv4 } from "node:net";

type Environment = Readonly<Record<string, string | undefined>>;

/** `http_proxy` and its like by scheme; a name in small letters goes before one in capitals, an empty one switches off. */
function proxiesOf(environment: Environment): ReadonlyMap<string, string> {
  const proxies = new Map<string, string>();
  const named = Object.entries(environment).filter(([name]) => /_proxy$/i.test(name));
  for (const [name, value] of named) {
    // A web server sets HTTP_PROXY for its programs from a request's header (CVE-2016-1000110).
    const isFromRequest = name === "HTTP_PROXY" && environment.REQUEST_METHOD !== undefined;
    if (value && !isFromRequest) proxies.set(name.toLowerCase().slice(0, -"_proxy".length), value);
  }
  for (const [name, value] of named) {
    if (!name.endsWith("_proxy")) continue;
    const scheme = name.toLowerCase().slice(0, -"_proxy".length);
    if (value) proxies.set(scheme, value);
    else proxies.delete(scheme);
  }
  return proxies;
}

function isInNetwork(address: string, network: string): boolean {
  const [base = "", bits = ""] = network.split("/");
  if (!isIPv4(base) || !/^\d+$/.test(bits) || Number(bits) < 1 || Number(bits) > 32) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits));
  return list.check(address);
}

/** python-requests' should_bypass_proxies, and urllib's proxy_bypass_environment behind it. */
function isDirect(url: URL, noProxy: string): boolean {
  if (noProxy.trim() === "*") return true;
  const host = url.hostname.toLowerCase();
  const withPort = url.port === "" ? host : `${host}:${url.port}`;
  return noProxy
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (isIPv4(host) && (isInNetwork(host, entry) || host === entry)) return true;
      if (!isIPv4(host) && (host.endsWith(entry) || withPort.endsWith(entry))) return true;
      const suffix = entry.replace(/^\.+/, "");
      return [host, withPort].some((each) => each === suffix || each.endsWith(`.${suffix}`));
    });
}

/**
 * The proxy for a URL by python-requests' rules: http_proxy, https_proxy, all_proxy and no_proxy, in small letters or
 * capitals. Undefined: no proxy. Throws Error for one of a kind that is not supported; its URL can hold a password and is
 * not quoted.
 */
export function proxyFor(url: URL, environment: Environment): URL | undefined {
  const proxies = proxiesOf(environment);
  const noProxy = environment.no_proxy || environment.NO_PROXY;
  if (noProxy && isDirect(url, noProxy)) return undefined;
  const scheme = url.protocol.slice(0, -1);
  const named = proxies.get(scheme) ?? proxies.get("all");
  if (named === undefined) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(named) ? named : `http://${named}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy && (proxy.protocol === "http:" || proxy.protocol === "https:")) return proxy;
  throw new Error(`${scheme}_proxy names no http or https proxy; others are not supported`);
}
