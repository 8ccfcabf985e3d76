import { ownValue } from "../../shared/own-value.ts";

/** How long a repeat may help: `none` and `short` are for servers that have never answered this program. */
export type Patience = "none" | "short" | "full";

/** Repeats, about a second in all, of a first call that nobody takes: a service that is just being started. */
const FEW_REPEATS = 2;

/**
 * No answer came. `refused`: the server surely has not seen the request; `timeout` and `broken`: it may have.
 * The message is for people and names hosts only, never a path or a query: those can carry signatures.
 */
export class ExchangeFailed extends Error {
  readonly kind: "refused" | "timeout" | "broken";
  readonly patience: Patience;
  constructor(
    kind: ExchangeFailed["kind"],
    message: string,
    { patience = "full", ...options }: ErrorOptions & { readonly patience?: Patience } = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.patience = patience;
  }

  /** Whether it may help to try again after so many repeats. */
  mayPass(repeats: number): boolean {
    return this.patience === "full" || (this.patience === "short" && repeats < FEW_REPEATS);
  }
}

interface Fault {
  readonly reason: string;
  /** While the server has never answered; later, each may pass: a laptop changes networks. */
  readonly patience: Patience;
}

const faults: Readonly<Record<string, Fault>> = {
  ECONNREFUSED: { reason: "cannot be reached: nothing listens there", patience: "short" },
  EAI_AGAIN: { reason: "cannot be reached: names cannot be looked up now", patience: "short" },
  ENOTFOUND: { reason: "cannot be reached: there is no such name", patience: "none" },
  EHOSTUNREACH: { reason: "cannot be reached", patience: "none" },
  ENETUNREACH: { reason: "cannot be reached: there is no network to it", patience: "none" },
  EPROTO: { reason: "does not speak TLS: is its address one of http:, not https:?", patience: "none" },
};
/** Node's and OpenSSL's names of what is wrong with a certificate, or with TLS (Node: TLS, "X509 certificate error codes"). */
const tlsCodes =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE))/;
const tlsFault: Fault = { reason: "cannot be trusted: its certificate is not accepted", patience: "none" };

/** What `node:http` reports about a request to `host`, which has answered this program before or not. */
export function exchangeFailed(error: unknown, host: string, hasAnswered = true): ExchangeFailed {
  if (error instanceof ExchangeFailed) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const fault = tlsCodes.test(code) ? tlsFault : ownValue(faults, code);
  return new ExchangeFailed(
    fault ? "refused" : "broken",
    `${host} ${fault?.reason ?? "broke the connection"}${code === "" ? "" : ` (${code})`}`,
    { cause: error, patience: hasAnswered ? "full" : (fault?.patience ?? "full") },
  );
}
