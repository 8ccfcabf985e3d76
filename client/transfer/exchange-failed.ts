/**
 * No answer came. `refused`: the server surely has not seen the request; `timeout` and `broken`: it may have.
 * The message is for people and names hosts only, never a path or a query: those can carry signatures.
 */
export class ExchangeFailed extends Error {
  readonly kind: "refused" | "timeout" | "broken";
  constructor(kind: ExchangeFailed["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const neverConnected = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** What `node:http` reports about a request to `host`, as an ExchangeFailed. */
export function exchangeFailed(error: unknown, host: string): ExchangeFailed {
  if (error instanceof ExchangeFailed) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const [kind, reason]: [ExchangeFailed["kind"], string] = neverConnected.has(code)
    ? ["refused", "cannot be reached"]
    : ["broken", "broke the connection"];
  return new ExchangeFailed(kind, `${host} ${reason}${code === "" ? "" : ` (${code})`}`, { cause: error });
}
