import { SignatureV4 } from "@smithy/signature-v4";
import { type BoundedAnswer, fetchBounded } from "./fetch-bounded.ts";
import { Sha256 } from "./sha256.ts";

export interface UnsignedRequest {
  /** The service's name in the signature. */
  readonly service: string;
  readonly method: "GET" | "POST";
  /** Without a query; its path needs no escapes. */
  readonly url: URL;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The variables that Lambda gives a function. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

/** One request with a Signature Version 4. Throws when the service cannot be reached in time. */
export async function signedRequest(request: UnsignedRequest): Promise<BoundedAnswer> {
  const { service, method, url, body, timeoutMs } = request;
  const {
    AWS_REGION: region = "",
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
    AWS_SESSION_TOKEN: sessionToken,
  } = request.environment;
  const signer = new SignatureV4({
    service,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, ...request.headers },
    query: {},
    ...(body !== undefined && { body }),
  });
  const signal = AbortSignal.timeout(timeoutMs);
  return fetchBounded(url.href, { method, headers, ...(body !== undefined && { body }), signal });
}
