/** What a function answered, as the gateway sends it on. */
export interface FunctionResponse {
  readonly status: number;
  /** Names and values in the order sent; a name may come more than once. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** API Gateway developer guide, "important notes", headers that an integration's answer cannot set by itself. */
const remapped = new Set([
  "connection",
  "content-length",
  "content-md5",
  "date",
  "server",
  "www-authenticate",
]);
const dropped = new Set([
  "keep-alive",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Reads a proxy integration's result; undefined for a malformed one. */
export function functionResponse(payload: string): FunctionResponse | undefined {
  const result: unknown = JSON.parse(payload);
  if (typeof result !== "object" || result === null || Array.isArray(result)) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = result as Record<string, unknown>;
  const status = Number(statusCode);
  const single = headerPairs(headers, (value) => [value]);
  const multi = headerPairs(multiValueHeaders, (value) => (Array.isArray(value) ? value : undefined));
  const bodyIsText = body === undefined || body === null || typeof body === "string";
  if (!Number.isInteger(status) || status < 100 || status > 599 || !single || !multi || !bodyIsText)
    return undefined;

  const replaced = new Set(multi.map(([name]) => name.toLowerCase()));
  const pairs = [...single.filter(([name]) => !replaced.has(name.toLowerCase())), ...multi]
    .filter(([name]) => !dropped.has(name.toLowerCase()))
    .map(
      ([name, value]) =>
        [remapped.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value] as const,
    );
  const typed = pairs.some(([name]) => name.toLowerCase() === "content-type");
  return {
    status,
    headers: typed ? pairs : [...pairs, ["Content-Type", "application/json"]],
    body: Buffer.from(
      (body as string | null | undefined) ?? "",
      isBase64Encoded === true ? "base64" : "utf8",
    ),
  };
}

function headerPairs(
  headers: unknown,
  valuesOf: (value: unknown) => readonly unknown[] | undefined,
): [string, string][] | undefined {
  if (headers === undefined || headers === null) return [];
  if (typeof headers !== "object" || Array.isArray(headers)) return undefined;
  const pairs: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    const values = valuesOf(value);
    if (!values?.every((one) => ["string", "number", "boolean"].includes(typeof one))) return undefined;
    pairs.push(...values.map((one): [string, string] => [name, String(one)]));
  }
  return pairs;
}
