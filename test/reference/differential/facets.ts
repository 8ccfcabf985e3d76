import type { Exchange, Session } from "./session.ts";

/** What is compared of one answer, by name: `status`, headers, and each leaf of a body. */
export type Facets = ReadonlyMap<string, string>;

const UUID = /[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/g;
const TIME = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?/g;

/** Headers that clients read; all others are the transport's. */
const headers = [
  "allow",
  "accept-patch",
  "content-md5",
  "content-range",
  "openstack-image-import-methods",
  "openstack-image-store-ids",
  "www-authenticate",
] as const;

/** Texts with what differs between the servers by nature replaced: ids by the order in which they were made, … */
export function symbolic(session: Session): (text: string) => string {
  const { target, ids, named, nonce } = session;
  const { projects } = target.callers;
  const names: [string, string][] = [
    ...[...ids].map(([id, number]): [string, string] => [id, `{image ${number}}`]),
    ...named,
    ...Object.entries(projects).map(([name, id]): [string, string] => [id, `{${name}}`]),
    [target.url, "{server}"],
    [target.url.replace("http://", ""), "{host}"],
    [nonce, "{nonce}"],
  ];
  return (text) => {
    let told = text;
    for (const [raw, name] of names) told = told.replaceAll(raw, name);
    return told.replace(UUID, "{uuid}").replace(TIME, (time) => time.replace(/\d/g, "0"));
  };
}

/** Names an element of a list, so that a missing one is one difference and not one of each that follows. */
function keyOf(item: unknown, at: number, name: (text: string) => string): string {
  if (typeof item === "string") return name(item);
  const { id, member_id, namespace, name: ownName } = (item ?? {}) as Record<string, string | undefined>;
  return name(id ?? member_id ?? namespace ?? ownName ?? String(at));
}

function leaves(
  value: unknown,
  path: string,
  into: Map<string, string>,
  name: (text: string) => string,
): void {
  if (typeof value !== "object" || value === null) {
    into.set(path, typeof value === "string" ? name(value) : `${typeof value} ${String(value)}`);
  } else if (Array.isArray(value)) {
    const keys = value.map((item, at) => keyOf(item, at, name));
    // Sets by the API's own words: the order of an image's tags and members says nothing.
    const isSet = /\.members$/.test(path) || (/\.tags$/.test(path) && typeof value[0] === "string");
    into.set(`${path}[]`, (isSet ? [...keys].sort() : keys).join(" "));
    for (const [at, item] of value.entries()) leaves(item, `${path}[${keys[at]}]`, into, name);
  } else {
    for (const [key, item] of Object.entries(value)) leaves(item, `${path}.${name(key)}`, into, name);
    if (Object.keys(value).length === 0) into.set(path, "{}");
  }
}

const collapsed = (text: string): string => text.replace(/\s+/g, " ").trim();

const unescaped = (html: string): string =>
  html
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replace(/&#(x?)([0-9a-fA-F]+);/g, (_, hex: string, code: string) =>
      String.fromCodePoint(Number.parseInt(code, hex ? 16 : 10)),
    )
    .replaceAll("&amp;", "&");

/** Glance's three forms of an error: the form, its title and, apart, the text for people. */
function errorFacets(body: string, name: (text: string) => string): [string, string][] {
  const text = (raw: string): [string, string] => [
    "text",
    collapsed(name(unescaped(raw)).replaceAll("<br />", " ")),
  ];
  if (body === "") return [["form", "empty"]];
  if (body.startsWith("{")) {
    const { message, ...others } = JSON.parse(body) as Record<string, unknown>;
    const rest = Object.entries(others).map(([key, value]): [string, string] => [
      `error.${key}`,
      String(value),
    ]);
    return [["form", "JSON"], ...rest, text(String(message))];
  }
  const [, title, heading, content] =
    /^<html>\s*<head>\s*<title>(.*?)<\/title>\s*<\/head>\s*<body>\s*<h1>(.*?)<\/h1>(.*)<\/body>\s*<\/html>\s*$/s.exec(
      body,
    ) ?? [];
  if (content !== undefined)
    return [["form", "HTML"], ["title", title ?? ""], ["heading", heading ?? ""], text(content)];
  const [first = "", ...lines] = body.split("\n");
  return [["form", "text"], ["heading", first], text(lines.join("\n"))];
}

/** The form of a request id; a caller's own one as it is. */
const requestIdForm = (id: string | undefined): string => id?.replace(UUID, "{uuid}") ?? "none";

function bodyFacets({ answer }: Exchange, name: (text: string) => string): Map<string, string> {
  const facets = new Map<string, string>();
  const body = answer.body.toString("utf8");
  if (answer.status >= 400) return new Map(errorFacets(body, name));
  if (!answer.headers["content-type"]?.startsWith("application/json")) return facets.set("body", body);
  leaves(JSON.parse(body), "body", facets, name);
  return facets;
}

/** A body that is not there has no type; but clients parse the nothing of a 204 if it claims to be JSON. */
function typeOf({ method, answer }: Exchange): string {
  const type = (answer.headers["content-type"] ?? "none").toLowerCase().replaceAll(" ", "");
  if (answer.body.length > 0) return type;
  return method !== "HEAD" && type.startsWith("application/json") ? "JSON, but nothing" : "nothing";
}

export function facetsOf(exchange: Exchange, session: Session): Facets {
  const { answer, redirected } = exchange;
  const name = symbolic(session);
  const facets = new Map([
    ["status", String(answer.status)],
    ["type", typeOf(exchange)],
  ]);
  if (redirected) facets.set("redirected", "true");
  else
    facets.set("x-openstack-request-id", requestIdForm(answer.headers["x-openstack-request-id"] as string));
  if (answer.headers.location !== undefined) facets.set("location", name(answer.headers.location));
  for (const header of headers) {
    const value = answer.headers[header];
    if (value !== undefined) facets.set(header, name(String(value)).replace(/uri="[^"]*"/, 'uri="{url}"'));
  }
  for (const [facet, value] of bodyFacets(exchange, name)) facets.set(facet, value);
  return facets;
}
