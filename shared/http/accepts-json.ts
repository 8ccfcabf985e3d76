/** Quality of each media type that an Accept header names (RFC 9110, 12.5.1); types in lower case. */
function qualities(accept: string): Map<string, number> {
  const named = accept.split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";").map((text) => text.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    return [type, quality === undefined ? 1 : Number(quality) || 0] as const;
  });
  return new Map(named);
}

/** Whether a client names application/json, and not HTML before it. Wildcards name nothing. */
export function acceptsJson(accept: string | undefined): boolean {
  const named = qualities(accept ?? "");
  const json = named.get("application/json") ?? 0;
  return json > 0 && json >= (named.get("text/html") ?? 0);
}
