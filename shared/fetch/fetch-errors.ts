import { BadRequest } from "../errors.ts";
import { shownUrl } from "../shown-url.ts";

/** A URL, an address or a redirect that the rules for foreign sources do not allow. Nothing was sent there. */
export class SourceForbidden extends BadRequest {}

/** A foreign source that is away, slow, wrong or endless: it says in one sentence what it did. */
export class SourceFailed extends Error {
  /** The HTTP status of its answer, where it gave one. */
  readonly status: number | undefined;
  constructor(
    message: string,
    { status, cause }: { readonly status?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.status = status;
  }
}

const sentences: ReadonlyMap<string, string> = new Map([
  ["ENOTFOUND", "is a host that nobody knows"],
  ["EAI_AGAIN", "is a host whose name cannot be resolved at the moment"],
  ["ECONNREFUSED", "refuses the connection"],
  ["ECONNRESET", "closed the connection before it had answered"],
  ["EHOSTUNREACH", "cannot be reached"],
  ["ENETUNREACH", "cannot be reached"],
  ["ETIMEDOUT", "did not take the connection in time"],
  ["HPE_HEADER_OVERFLOW", "answers with more header bytes than are read"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "has a certificate that it signed itself"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "has a certificate of an authority that is not trusted"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "has a certificate of an authority that is not trusted"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "has a certificate of an authority that is not trusted"],
  ["CERT_HAS_EXPIRED", "has a certificate that has expired"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "has a certificate for another host"],
]);

/** What a failed connection or exchange comes to: our own refusals as they are, all else as one sentence. */
export function failureOf(error: NodeJS.ErrnoException, url: URL): Error {
  if (error instanceof SourceForbidden || error instanceof SourceFailed || error.name === "AbortError")
    return error;
  const code = error.code ?? "";
  const known = sentences.get(code);
  if (known) return new SourceFailed(`${shownUrl(url)} ${known}.`, { cause: error });
  if (code.startsWith("HPE_"))
    return new SourceFailed(`${shownUrl(url)} answers with what is no HTTP.`, { cause: error });
  return new SourceFailed(`${shownUrl(url)} failed (${code || error.name}).`, { cause: error });
}
